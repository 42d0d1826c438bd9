// bits.hpp - powers of two, alignment, and arithmetic that does not wrap
// SPDX-License-Identifier: MIT
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <weft/base/small_code.hpp>

namespace weft {

constexpr bool is_power_of_two(size_t value) {
    return value != 0 && (value & (value - 1)) == 0;
}

// Alignments are powers of two throughout.
constexpr bool is_aligned(uintptr_t value, size_t alignment) {
    return (value & (alignment - 1)) == 0;
}
constexpr uintptr_t align_down(uintptr_t value, size_t alignment) {
    return value & ~uintptr_t(alignment - 1);
}

// Sizes too large to exist stick at kHuge instead of wrapping to small ones, so that one comparison
// at the end of a calculation finds them.
constexpr size_t kHuge = ~size_t(0);

constexpr size_t add_saturating(size_t a, size_t b) {
    return b > kHuge - a ? kHuge : a + b;
}

// By shifts: a wide division would be a library call on small cores, and none is needed.
constexpr size_t multiply_saturating(size_t a, size_t b) {
    size_t product = 0;
    for (; b != 0; b >>= 1) {
        if (b & 1) product = add_saturating(product, a);
        a = add_saturating(a, a);
    }
    return product;
}

constexpr size_t align_up_saturating(size_t value, size_t alignment) {
    const size_t padded = add_saturating(value, alignment - 1);
    return padded == kHuge ? kHuge : size_t(align_down(padded, alignment));
}

// Undefined for zero, as the instructions are.
inline unsigned lowest_bit(uint32_t value) {
    return unsigned(__builtin_ctz(value));
}

// Index of the highest set bit, by halving: cores without a count-leading-zeros instruction would
// call a library for the builtin.
WEFT_ONE_COPY constexpr unsigned highest_bit(size_t value) {
    unsigned index = 0;
    for (unsigned step = sizeof(size_t) * 4; step != 0; step /= 2) {
        if (value >> step == 0) continue;
        value >>= step;
        index += step;
    }
    return index;
}

}  // namespace weft
