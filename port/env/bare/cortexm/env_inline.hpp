// env_inline.hpp - bare Cortex-M: interrupts, the current worker, stack limits around switches
// SPDX-License-Identifier: MIT
#pragma once

namespace weft::port {

// Cores of the board that can run workers.
#ifndef WEFT_CORES
#define WEFT_CORES 1
#endif
constexpr uint32_t kMaxCores = WEFT_CORES;

// What an interrupt stacks (104 bytes with FP registers, 32 without, and 4 to align), the most that
// the core itself needs, and room for a leaf: tools/stack adds them up from the compiler's call
// graph and fails if this is less. A guard of the MPU lies outside.
#ifndef WEFT_MIN_STACK_BYTES
#ifdef __ARM_FP
#define WEFT_MIN_STACK_BYTES 768
#elif defined(__ARM_ARCH_6M__)
#define WEFT_MIN_STACK_BYTES 816
#else
#define WEFT_MIN_STACK_BYTES 688
#endif
#endif
constexpr size_t kMinStackBytes = WEFT_MIN_STACK_BYTES;

inline uintptr_t mask_interrupts() {
    uint32_t primask;
    asm volatile("mrs %0, primask\n\tcpsid i" : "=r"(primask)::"memory");
    return primask;
}
inline void restore_interrupts(uintptr_t masked) {
    asm volatile("msr primask, %0" ::"r"(masked) : "memory");
}

// The core that runs this, asked at every use: a fiber goes on elsewhere.
WEFT_ALWAYS_INLINE uint32_t core_here() {
#if WEFT_CORES > 1
    return *reinterpret_cast<volatile uint32_t*>(WEFT_CORE_ID_ADDRESS);
#else
    return 0;
#endif
}

extern void* volatile current_workers[kMaxCores];
WEFT_ALWAYS_INLINE void* current_worker() {
    return current_workers[core_here()];
}

}  // namespace weft::port

#include "guard.hpp"
