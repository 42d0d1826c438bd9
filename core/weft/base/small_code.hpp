// small_code.hpp - a build where bytes of code come before instructions: for boards with little
// flash SPDX-License-Identifier: MIT
//
// WEFT_SMALL=1 for the whole program: what stands inline in several places for speed stands once,
// reports are short, and some shortcuts are left out. What a program can do is the same.
#pragma once

#ifndef WEFT_SMALL
#define WEFT_SMALL 0
#endif

#if !WEFT_SMALL
#define WEFT_FAST_INLINE inline __attribute__((always_inline))
#define WEFT_ONE_COPY
#else
#if defined(__clang__)
#define WEFT_ONE_COPY __attribute__((noinline))
#else
#define WEFT_ONE_COPY __attribute__((noinline, noclone))  // a clone would be a copy for each file
#endif
#define WEFT_FAST_INLINE inline WEFT_ONE_COPY
#endif

namespace weft {

constexpr bool kSmallCode = WEFT_SMALL != 0;

}  // namespace weft
