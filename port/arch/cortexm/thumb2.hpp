// thumb2.hpp - what ARMv7-M and ARMv8-M Mainline share: the switch, exclusives, clz, DWT
// SPDX-License-Identifier: MIT
#pragma once
#include "common.hpp"

namespace weft::port {

constexpr bool kNativeCas = true;
constexpr bool kNativeClz = true;

// QEMU lets other cores run here; silicon takes it for a no-op.
inline void cpu_relax() {
    asm volatile("yield" ::: "memory");
}

// DWT->CYCCNT, which the environment switches on: 32 bits, so only differences below 2^32 mean
// anything. Reads zero where there is none, and under QEMU.
inline uint64_t cycle_count() {
    return *reinterpret_cast<volatile uint32_t*>(0xe0001004);
}

// sp is loaded through r3, never by a load into sp itself: an interrupted one is repeated wrongly
// on Cortex-M3 and M4 (erratum 752419). Bit 0 of the address says Thumb.
WEFT_ALWAYS_INLINE Switched switch_context(Context* from, Context* to, void* pass) {
    register Context* r0 asm("r0") = from;
    register Context* r1 asm("r1") = to;
    register void* r2 asm("r2") = pass;
    asm volatile(
        "adr.w r4, 1f + 1\n\t"
        "mov r3, sp\n\t"
        "stmia r0, {r3, r4, r6, r7}\n\t"  // from is now resumable
        WEFT_SWITCH_FPSCR
        "ldmia r1, {r3, r4, r6, r7}\n\t"
        "mov sp, r3\n\t"  // ---- to's stack ----
        "bx r4\n\t"
        ".p2align 2\n"
        "1:"
        : "+r"(r0), "+r"(r1), "+r"(r2)
        :
        : "r3", "r4", WEFT_CLOBBER_INTEGER WEFT_CLOBBER_FP, "memory", "cc");
    return {r1, r2};
}

inline bool compare_and_swap_u32(uint32_t* word, uint32_t& expected, uint32_t desired) {
    return __atomic_compare_exchange_n(word, &expected, desired, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE);
}

inline bool compare_and_swap_word(uintptr_t* word, uintptr_t& expected, uintptr_t desired) {
    return __atomic_compare_exchange_n(word, &expected, desired, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE);
}

}  // namespace weft::port
