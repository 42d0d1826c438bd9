// common.hpp - what ARMv6-M, ARMv7-M and ARMv8-M share: the context, FP control, small things
// SPDX-License-Identifier: MIT
//
// Each ISA's arch_inline.hpp says what it has (compare-and-swap, clz, wide instructions) and adds
// its switch. Fibers run in thread mode on whatever stack pointer is selected there; the
// environment selects PSP and leaves MSP to interrupts.
#pragma once
#include "context_frame.h"

namespace weft::port {

constexpr size_t kStackAlign = 8;  // AAPCS32 6.2.1.2
// These cores have no data cache, or no second core beside it: nothing to keep apart. Say 32 for
// several cores behind caches.
#ifndef WEFT_CACHE_LINE
#define WEFT_CACHE_LINE 8
#endif
constexpr size_t kCacheLine = WEFT_CACHE_LINE;
constexpr size_t kColourLines = 1;
#ifdef __ARM_FP
constexpr uint64_t kRaisedFpControl = 0x00c00000;  // round to zero
#else
constexpr uint64_t kRaisedFpControl = 0;
#endif

struct Context {
    void* sp;
    void* pc;
    void* r6;
    void* r7;
#if WEFT_SWITCH_FP_CONTROL
    uint32_t fpscr;
#endif
};
static_assert(offsetof(Context, sp) == WEFT_CONTEXT_SP, "context_frame.h: sp");
static_assert(offsetof(Context, pc) == WEFT_CONTEXT_PC, "context_frame.h: pc follows sp");
static_assert(offsetof(Context, r6) == WEFT_CONTEXT_R6, "context_frame.h: r6 follows pc");
static_assert(offsetof(Context, r7) == WEFT_CONTEXT_R7, "context_frame.h: r7 follows r6");
#if WEFT_SWITCH_FP_CONTROL
static_assert(offsetof(Context, fpscr) == WEFT_CONTEXT_FPSCR, "context_frame.h: fpscr");
#endif

extern "C" void weft_fiber_start();  // fiber_start.S: calls r6 with (self, pass)

inline uintptr_t stack_pointer() {
    uintptr_t sp;
    asm volatile("mov %0, sp" : "=r"(sp));
    return sp;
}

inline bool can_switch() {
    return true;
}

inline uint32_t read_fpscr() {
    uint32_t fpscr = 0;
#ifdef __ARM_FP
    asm volatile("vmrs %0, fpscr" : "=r"(fpscr));
#endif
    return fpscr;
}

// Rounding, flush-to-zero, default NaN; not the sticky flags. The rest stays: on ARMv8.1-M loops
// fault unless LTPSIZE is what it was.
constexpr uint32_t kFpControlBits = 0x07c00000;
inline uint64_t fp_control() {
    return read_fpscr() & kFpControlBits;
}

inline void set_fp_control([[maybe_unused]] uint64_t word) {
#ifdef __ARM_FP
    const uint32_t fpscr = (read_fpscr() & ~kFpControlBits) | uint32_t(word);
    asm volatile("vmsr fpscr, %0" ::"r"(fpscr));
#endif
}

inline void init_context(Context* context, void* stack_top, ContextEntry entry) {
    context->sp = static_cast<char*>(stack_top) - kStackAlign;
    context->pc = reinterpret_cast<void*>(&weft_fiber_start);
    context->r6 = reinterpret_cast<void*>(entry);
    context->r7 = nullptr;  // frame-pointer walkers stop here
#if WEFT_SWITCH_FP_CONTROL
    context->fpscr = read_fpscr();  // a new context starts with its maker's
#endif
}

WEFT_ALWAYS_INLINE bool add_alone(uintptr_t* word, uintptr_t value) {
    volatile uintptr_t* shared = word;
    const uintptr_t sum = *shared + value;
    *shared = sum;
    return sum < value;
}

#define WEFT_CLOBBER_INTEGER "r5", "r8", "r9", "r10", "r11", "r12", "lr"
#ifdef __ARM_FP
#define WEFT_CLOBBER_FP                                                                       \
    , "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9", "d10", "d11", "d12", "d13", \
        "d14", "d15"
#else
#define WEFT_CLOBBER_FP
#endif

#if WEFT_SWITCH_FP_CONTROL && defined(__ARM_FP)
#define WEFT_SWITCH_FPSCR   \
    "vmrs r3, fpscr\n\t"    \
    "str r3, [r0, #16]\n\t" \
    "ldr r3, [r1, #16]\n\t" \
    "vmsr fpscr, r3\n\t"
static_assert(WEFT_CONTEXT_FPSCR == 16, "the offset above");
#else
#define WEFT_SWITCH_FPSCR
#endif

}  // namespace weft::port
