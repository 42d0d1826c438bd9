// size_class.hpp - which power of two holds so many bytes, in a few instructions on every core
// SPDX-License-Identifier: MIT
//
// Class c holds 8 << c bytes: 8, 16, 32 ... By a table of 32 bytes: a count-leading-zeros would be
// a library call on cores that have no such instruction.
#pragma once
#include <port.hpp>
#include <weft/base/bits.hpp>

namespace weft {

constexpr unsigned kSmallestShift = 3;
constexpr unsigned kSizeClasses = 11;  // up to 8 KiB
constexpr unsigned kNoSizeClass = ~0u;

constexpr size_t class_bytes(unsigned size_class) {
    return size_t(1) << (size_class + kSmallestShift);
}

constexpr uint8_t kBitLength[32] = {0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4,
                                    5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5};

// kNoSizeClass for what is too large, and for zero, which the caller settles off the fast path.
WEFT_ALWAYS_INLINE constexpr unsigned size_class_of(size_t bytes) {
    const size_t last = bytes - 1;
    if (__builtin_expect(last < 256, 1)) return kBitLength[last >> 3];
    if (last < class_bytes(kSizeClasses - 1)) return 5u + kBitLength[last >> 8];
    return kNoSizeClass;
}

static_assert(size_class_of(8) == 0 && size_class_of(9) == 1 && size_class_of(256) == 5 &&
                  size_class_of(257) == 6 && size_class_of(8192) == kSizeClasses - 1 &&
                  size_class_of(8193) == kNoSizeClass && size_class_of(0) == kNoSizeClass,
              "size_class_of: a power of two is the last size of its class");

}  // namespace weft
