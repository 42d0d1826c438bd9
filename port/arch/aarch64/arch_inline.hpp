// arch_inline.hpp - AArch64: the switch and the small things
// SPDX-License-Identifier: MIT
//
// As on x86-64, except: the control block keeps sp, pc, x29 and x19; with pointer authentication
// the saved pc is signed, with sp as the modifier, so that a forged or mixed-up control block
// faults; with branch targets enforced, both places a switch can jump to carry a landing pad.
#pragma once
#include "context_frame.h"

namespace weft::port {

constexpr size_t kStackAlign = 16;  // AAPCS64 6.4.5.1
constexpr size_t kCacheLine = 64;
#ifndef WEFT_PAGE_BYTES
#define WEFT_PAGE_BYTES 4096  // say 16384 or 65536 for kernels with such pages; init() checks
#endif
constexpr size_t kPageBytes = WEFT_PAGE_BYTES;
constexpr size_t kColourLines = 64;
constexpr bool kNativeCas = true;
constexpr bool kNativeClz = true;
constexpr uint64_t kRaisedFpControl = 0x00c00000;  // round to zero

struct Context {
    void* sp;
    void* pc;
    void* x29;
    void* x19;
#if WEFT_SWITCH_FP_CONTROL
    uint64_t fpcr;
#endif
};
static_assert(offsetof(Context, sp) == WEFT_CONTEXT_SP, "context_frame.h: sp");
static_assert(offsetof(Context, pc) == WEFT_CONTEXT_PC, "context_frame.h: pc follows sp");
static_assert(offsetof(Context, x29) == WEFT_CONTEXT_X29, "context_frame.h: x29");
static_assert(offsetof(Context, x19) == WEFT_CONTEXT_X19, "context_frame.h: x19 follows x29");
#if WEFT_SWITCH_FP_CONTROL
static_assert(offsetof(Context, fpcr) == WEFT_CONTEXT_FPCR, "context_frame.h: fpcr");
#endif

extern "C" void weft_fiber_start();  // fiber_start.S: calls x19 with (self, pass)

#if !WEFT_SIMULATED  // port/env/sim has its own of these, and of add_alone()
inline void cpu_relax() {
    asm volatile("yield" ::: "memory");
}

inline uint64_t cycle_count() {
    uint64_t ticks;
    asm volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks)::"memory");
    return ticks;
}
#endif

inline uintptr_t stack_pointer() {
    uintptr_t sp;
    asm volatile("mov %0, sp" : "=r"(sp));
    return sp;
}

inline bool can_switch() {
    return true;
}  // guarded control stacks: not in this toolchain yet

inline uint64_t fp_control() {
    uint64_t fpcr;
    asm volatile("mrs %0, fpcr" : "=r"(fpcr));
    return fpcr;
}

inline void set_fp_control(uint64_t word) {
    asm volatile("msr fpcr, %0" ::"r"(word));
}

// Hint-space instructions on x17 (address) and x16 (modifier): no-ops on cores without PAC.
#ifdef __ARM_FEATURE_PAC_DEFAULT
#define WEFT_SIGN_X17 "hint #8\n\t"           // pacia1716
#define WEFT_AUTHENTICATE_X17 "hint #12\n\t"  // autia1716
#else
#define WEFT_SIGN_X17
#define WEFT_AUTHENTICATE_X17
#endif
#ifdef __ARM_FEATURE_BTI_DEFAULT
#define WEFT_LANDING_PAD "hint #36\n\t"  // bti j
#else
#define WEFT_LANDING_PAD
#endif

inline void init_context(Context* context, void* stack_top, ContextEntry entry) {
    void* const sp = static_cast<char*>(stack_top) - kStackAlign;
    register uintptr_t modifier asm("x16") = reinterpret_cast<uintptr_t>(sp);
    register uintptr_t address asm("x17") = reinterpret_cast<uintptr_t>(&weft_fiber_start);
    asm volatile(WEFT_SIGN_X17 "" : "+r"(address) : "r"(modifier));
    context->sp = sp;
    context->pc = reinterpret_cast<void*>(address);
    context->x29 = nullptr;  // frame-pointer walkers stop here
    context->x19 = reinterpret_cast<void*>(entry);
#if WEFT_SWITCH_FP_CONTROL
    context->fpcr = fp_control();  // a new context starts with its maker's FP control
#endif
}

#define WEFT_CLOBBER_INTEGER                                                                   \
    "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", \
        "x17", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x30"
#if defined(__APPLE__) || defined(_WIN32) || defined(__ANDROID__)
#define WEFT_CLOBBER_PLATFORM  // x18 is the platform's there, and stays with the thread
#else
#define WEFT_CLOBBER_PLATFORM , "x18"
#endif
#define WEFT_CLOBBER_VECTOR                                                                        \
    "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", \
        "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", \
        "v28", "v29", "v30", "v31"
#ifdef __ARM_FEATURE_SVE
#define WEFT_CLOBBER_SVE                                                                      \
    , "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13", \
        "p14", "p15"
#else
#define WEFT_CLOBBER_SVE
#endif
#define WEFT_TEXT(x) WEFT_TEXT_(x)
#define WEFT_TEXT_(x) #x

// x29 and x19 are saved by hand: compilers reach frames through them and let no clobber name them.
// `br x17` lands on `bti c` (a new context) and on `bti j` (a suspended one) alike.
WEFT_ALWAYS_INLINE Switched switch_context(Context* from, Context* to, void* pass) {
    register Context* x0 asm("x0") = from;
    register Context* x1 asm("x1") = to;
    register void* x2 asm("x2") = pass;
    asm volatile(
        "adr x17, 1f\n\t"
        "mov x16, sp\n\t" WEFT_SIGN_X17
        "stp x29, x19, [x0, #" WEFT_TEXT(WEFT_CONTEXT_X29) "]\n\t"
        "stp x16, x17, [x0, #" WEFT_TEXT(WEFT_CONTEXT_SP) "]\n\t"  // from is now resumable
#if WEFT_SWITCH_FP_CONTROL
        "mrs x3, fpcr\n\t"
        "str x3, [x0, #" WEFT_TEXT(WEFT_CONTEXT_FPCR) "]\n\t"
        "ldr x3, [x1, #" WEFT_TEXT(WEFT_CONTEXT_FPCR) "]\n\t"
        "msr fpcr, x3\n\t"
#endif
        "ldp x29, x19, [x1, #" WEFT_TEXT(WEFT_CONTEXT_X29) "]\n\t"
        "ldp x16, x17, [x1, #" WEFT_TEXT(WEFT_CONTEXT_SP) "]\n\t"
        "mov sp, x16\n\t"  // ---- to's stack ----
        WEFT_AUTHENTICATE_X17
        "br x17\n"
        "1:\n\t" WEFT_LANDING_PAD
        : "+r"(x0), "+r"(x1), "+r"(x2)
        :
        : WEFT_CLOBBER_INTEGER WEFT_CLOBBER_PLATFORM, WEFT_CLOBBER_VECTOR WEFT_CLOBBER_SVE, "memory",
          "cc");
    return {x1, x2};
}

#if !WEFT_SIMULATED
WEFT_ALWAYS_INLINE bool add_alone(uintptr_t* word, uintptr_t value) {
    // Relaxed: nobody else writes, and a figure orders nothing.
    const uintptr_t sum = __atomic_load_n(word, __ATOMIC_RELAXED) + value;
    // Relaxed: as above.
    __atomic_store_n(word, sum, __ATOMIC_RELAXED);
    return sum < value;
}
#endif

inline bool compare_and_swap_u32(uint32_t* word, uint32_t& expected, uint32_t desired) {
    return __atomic_compare_exchange_n(word, &expected, desired, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE);
}

inline bool compare_and_swap_word(uintptr_t* word, uintptr_t& expected, uintptr_t desired) {
    return __atomic_compare_exchange_n(word, &expected, desired, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE);
}

}  // namespace weft::port

#include "../plain_call.hpp"
