// size_class.hpp - which power of two holds so many bytes, in three instructions on most cores
// SPDX-License-Identifier: MIT
//
// Class c holds 2^(kWordBits - c) bytes: c is how many zeros lead the offset of such a block's last
// byte. So classes count down: kSmallestClass is 8 bytes, kLargestClass 4 KiB, and every request,
// none and huge ones included, has some class below kSizeClasses. Nobody serves those below
// kLargestClass, which saves callers the question. Where zeros are counted by a table there is one
// such class, 0, and c is less by the others.
#pragma once
#include <port.hpp>
#include <weft/base/bits.hpp>
#include <weft/base/checked.hpp>

namespace weft {

constexpr unsigned kWordBits = sizeof(size_t) * 8;
constexpr unsigned kSmallestShift = 3;
constexpr unsigned kLargestShift = kChecked ? 13 : 12;  // room for a note
constexpr unsigned kClassOfOne = port::kNativeClz ? kWordBits : kLargestShift + 1;
constexpr unsigned kSmallestClass = kClassOfOne - kSmallestShift;
constexpr unsigned kLargestClass = kClassOfOne - kLargestShift;
constexpr unsigned kSizeClasses = kSmallestClass + 1;
constexpr unsigned kUnservedClass = 0;

// Not of kUnservedClass.
WEFT_ALWAYS_INLINE constexpr size_t class_bytes(unsigned size_class) {
    return size_t(1) << (kClassOfOne - size_class);
}

// Where the builtin is a library call. `last` is below class_bytes(kLargestClass). The table stands
// outside: in the function it would be copied to the stack for each call.
inline constexpr uint8_t kBitsOfFive[32] = {0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4,
                                            5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5};
constexpr unsigned leading_zeros_by_table(size_t last) {
    const size_t eights = last >> kSmallestShift;
    return kSmallestClass - (eights < 32 ? kBitsOfFive[eights] : 5u + kBitsOfFive[eights >> 5]);
}

template <bool kNative = port::kNativeClz>
WEFT_ALWAYS_INLINE constexpr unsigned size_class_of(size_t bytes) {
    const size_t last = bytes - 1;  // of no bytes: huge
    if constexpr (!kNative)
        return last < class_bytes(kLargestClass) ? leading_zeros_by_table(last) : kUnservedClass;
    else if constexpr (sizeof(size_t) == 8)
        return unsigned(__builtin_clzll(last | 7));
    else
        return unsigned(__builtin_clz(unsigned(last | 7)));
}

template <bool kNative>
constexpr bool classes_are_right() {
    for (size_t bytes = 1; bytes <= class_bytes(kLargestClass); bytes++) {
        const unsigned size_class = size_class_of<kNative>(bytes);
        if (class_bytes(size_class) < bytes) return false;
        if (size_class != kSmallestClass && class_bytes(size_class) >= 2 * bytes) return false;
    }
    return size_class_of<kNative>(class_bytes(kLargestClass) + 1) < kLargestClass &&
           size_class_of<kNative>(0) < kLargestClass &&
           size_class_of<kNative>(kHuge) < kLargestClass;
}
static_assert(classes_are_right<false>() && (!port::kNativeClz || classes_are_right<true>()),
              "size_class_of: the smallest power of two that holds the bytes, 8 at least");

}  // namespace weft
