// arch_inline.hpp - ARMv6-M (Cortex-M0, M0+): the switch, and compare-and-swap without exclusives
// SPDX-License-Identifier: MIT
//
// Thumb-1 moves eight registers only and has no load or store exclusive. One core: compare-and-swap
// masks interrupts for six instructions. Two cores (RP2040): build with WEFT_SPINLOCK_ADDRESS, the
// hardware spinlock that both take inside the mask.
#pragma once
#include "../cortexm/common.hpp"

namespace weft::port {

constexpr size_t kPageBytes = 1;  // an MPU is optional and rare here: canaries
constexpr bool kNativeCas = false;
constexpr bool kNativeClz = false;

inline void cpu_relax() {
    asm volatile("yield" ::: "memory");
}

// No cycle counter.
inline uint64_t cycle_count() {
    return 0;
}

// As on ARMv7-M, but: a store-multiple always moves its base on, so `to` is read through r5; adr
// reaches aligned words only, and bit 0 (Thumb) is added.
WEFT_ALWAYS_INLINE Switched switch_context(Context* from, Context* to, void* pass) {
    register Context* r0 asm("r0") = from;
    register Context* r1 asm("r1") = to;
    register void* r2 asm("r2") = pass;
    asm volatile(
        ".syntax unified\n\t"
        "adr r4, 1f\n\t"
        "adds r4, #1\n\t"
        "mov r3, sp\n\t"
        "stm r0!, {r3, r4, r6, r7}\n\t"  // from is now resumable
        "mov r5, r1\n\t"
        "ldm r5!, {r3, r4, r6, r7}\n\t"
        "mov sp, r3\n\t"  // ---- to's stack ----
        "bx r4\n\t"
        ".p2align 2\n"
        "1:"
        : "+r"(r0), "+r"(r1), "+r"(r2)
        :
        : "r3", "r4", WEFT_CLOBBER_INTEGER, "memory", "cc");
    return {r1, r2};
}

#ifdef WEFT_SPINLOCK_ADDRESS
// Reads nonzero for whoever has taken it; any write gives it back. Bounded by the other core's six
// instructions: it masks its interrupts as well.
inline void take_spinlock() {
    while (*reinterpret_cast<volatile uint32_t*>(WEFT_SPINLOCK_ADDRESS) == 0) {
    }
    asm volatile("dmb" ::: "memory");
}
inline void give_spinlock() {
    asm volatile("dmb" ::: "memory");
    *reinterpret_cast<volatile uint32_t*>(WEFT_SPINLOCK_ADDRESS) = 1;
}
#else
inline void take_spinlock() {}
inline void give_spinlock() {}
#endif

template <class T>
inline bool swap_if_equal(T* word, T& expected, T desired) {
    uint32_t primask;
    asm volatile("mrs %0, primask\n\tcpsid i" : "=r"(primask)::"memory");
    take_spinlock();
    volatile T* const shared = word;
    const T seen = *shared;
    const bool equal = seen == expected;
    if (equal) *shared = desired;
    give_spinlock();
    asm volatile("msr primask, %0" ::"r"(primask) : "memory");
    expected = seen;
    return equal;
}

inline bool compare_and_swap_u32(uint32_t* word, uint32_t& expected, uint32_t desired) {
    return swap_if_equal(word, expected, desired);
}

inline bool compare_and_swap_word(uintptr_t* word, uintptr_t& expected, uintptr_t desired) {
    return swap_if_equal(word, expected, desired);
}

}  // namespace weft::port

#include "../plain_call.hpp"
