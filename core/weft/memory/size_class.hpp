// size_class.hpp - which power of two holds so many bytes, in a few instructions on every core
// SPDX-License-Identifier: MIT
//
// Class c holds 8 << c bytes: 8, 16, 32 ... Where counting leading zeros would be a library call, a
// table of 32 bytes serves.
#pragma once
#include <port.hpp>
#include <weft/base/bits.hpp>
#include <weft/base/checked.hpp>

namespace weft {

constexpr unsigned kSmallestShift = 3;
constexpr unsigned kSizeClasses = kChecked ? 11 : 10;  // up to 4 KiB, and room for a note
constexpr unsigned kNoSizeClass = ~0u;

constexpr size_t class_bytes(unsigned size_class) {
    return size_t(1) << (size_class + kSmallestShift);
}

// Bits that hold `value`, which is below 1024. The shift undoes the caller's, as compilers see.
WEFT_ALWAYS_INLINE constexpr unsigned bits_of(uint32_t value) {
#if defined(__x86_64__) || defined(__ARM_FEATURE_CLZ) || defined(__riscv_zbb)
    return 29u - unsigned(__builtin_clz(value << 3 | 7));
#else
    constexpr uint8_t kBits[32] = {0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4,
                                   5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5};
    return value < 32 ? kBits[value] : 5u + kBits[value >> 5];
#endif
}

// kNoSizeClass for what is too large, and for zero, which the caller settles off the fast path.
WEFT_ALWAYS_INLINE constexpr unsigned size_class_of(size_t bytes) {
    const size_t last = bytes - 1;
    if (__builtin_expect(last >= class_bytes(kSizeClasses - 1), 0)) return kNoSizeClass;
    return bits_of(uint32_t(last) >> kSmallestShift);
}

static_assert(size_class_of(8) == 0 && size_class_of(9) == 1 && size_class_of(256) == 5 &&
                  size_class_of(257) == 6 && size_class_of(4096) == 9 &&
                  size_class_of(class_bytes(kSizeClasses - 1) + 1) == kNoSizeClass &&
                  size_class_of(0) == kNoSizeClass,
              "size_class_of: a power of two is the last size of its class");

}  // namespace weft
