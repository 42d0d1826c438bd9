// arch_inline.hpp - x86-64: the switch and the small things
// SPDX-License-Identifier: MIT
//
// A suspended context, seen from its control block:
//
//   context.sp -> | the frame of whoever called switch_context, live registers spilled  |
//                 | by the compiler, because the switch says that it clobbers them      |
//   context.ip -> label 1 in that function, or weft_fiber_start in a new context
//
// The switch writes nothing to the stack, and call_or_switch() beyond the red zone only, so that of
// whoever switched away stays as it was.
#pragma once
#include "context_frame.h"

namespace weft::port {

constexpr size_t kStackAlign = 16;  // psABI 3.2.2: rsp is 16-aligned before a call
constexpr size_t kCacheLine = 64;
constexpr size_t kPageBytes = 4096;
constexpr size_t kColourLines = 64;  // an L1 way: 64 sets of 64 bytes
constexpr bool kNativeCas = true;
constexpr bool kNativeClz = true;
constexpr uint64_t kRaisedFpControl = 0x0f7f'00005f80;  // round to zero, in x87 and in MXCSR

struct Context {
    void* sp;
    void* ip;
    void* bp;
    void* bx;
#if WEFT_SWITCH_FP_CONTROL
    uint32_t mxcsr;
    uint32_t x87_control;
#endif
};
static_assert(offsetof(Context, sp) == WEFT_CONTEXT_SP, "context_frame.h: sp");
static_assert(offsetof(Context, ip) == WEFT_CONTEXT_IP, "context_frame.h: ip");
static_assert(offsetof(Context, bp) == WEFT_CONTEXT_BP, "context_frame.h: bp");
static_assert(offsetof(Context, bx) == WEFT_CONTEXT_BX, "context_frame.h: bx");
#if WEFT_SWITCH_FP_CONTROL
static_assert(offsetof(Context, mxcsr) == WEFT_CONTEXT_MXCSR, "context_frame.h: mxcsr");
static_assert(offsetof(Context, x87_control) == WEFT_CONTEXT_X87CW, "context_frame.h: x87");
#endif

extern "C" void weft_fiber_start();  // fiber_start.S: calls bx with (self, pass)

#if !WEFT_SIMULATED  // port/env/sim has its own of these, and of add_alone()
inline void cpu_relax() {
    asm volatile("pause" ::: "memory");
}

inline uint64_t cycle_count() {
    uint32_t low, high;
    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    return uint64_t(high) << 32 | low;
}
#endif

inline uintptr_t stack_pointer() {
    uintptr_t sp;
    asm volatile("mov %%rsp, %0" : "=r"(sp));
    return sp;
}

// With shadow stacks active (CET), a return after a switch would find another fiber's shadow and
// fault. rdsspq reads the shadow stack pointer, and is a no-op that leaves zero when inactive.
constexpr bool can_switch_with(uint64_t shadow_stack_pointer) {
    return shadow_stack_pointer == 0;
}

inline bool can_switch() {
    uint64_t shadow_stack_pointer = 0;
    asm volatile("rdsspq %0" : "+r"(shadow_stack_pointer));
    return can_switch_with(shadow_stack_pointer);
}

inline uint64_t fp_control() {
    uint32_t mxcsr;
    uint16_t x87;
    asm volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(mxcsr), "=m"(x87));
    return uint64_t(x87) << 32 | (mxcsr & ~uint32_t(0x3f));  // the low bits are sticky flags
}

inline void set_fp_control(uint64_t word) {
    const uint32_t mxcsr = uint32_t(word);
    const uint16_t x87 = uint16_t(word >> 32);
    asm volatile("ldmxcsr %0\n\tfldcw %1" ::"m"(mxcsr), "m"(x87));
}

inline void init_context(Context* context, void* stack_top, ContextEntry entry) {
    context->sp = static_cast<char*>(stack_top) - kStackAlign;
    context->ip = reinterpret_cast<void*>(&weft_fiber_start);
    context->bp = nullptr;  // frame-pointer walkers stop here
    context->bx = reinterpret_cast<void*>(entry);
#if WEFT_SWITCH_FP_CONTROL
    const uint64_t fp = fp_control();  // a new context starts with its maker's FP control
    context->mxcsr = uint32_t(fp);
    context->x87_control = uint32_t(fp >> 32);
#endif
}

// Every register that the compiler could hold a value in across the switch, and that the switch
// does not save: all but rsp, rbp, rbx and the three operands.
#define WEFT_CLOBBER_INTEGER "rcx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"
#define WEFT_CLOBBER_X87                                                                      \
    "st", "st(1)", "st(2)", "st(3)", "st(4)", "st(5)", "st(6)", "st(7)", "mm0", "mm1", "mm2", \
        "mm3", "mm4", "mm5", "mm6", "mm7"
#define WEFT_CLOBBER_VECTOR                                                                  \
    "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", \
        "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"
#ifdef __AVX512F__
#define WEFT_CLOBBER_AVX512                                                                       \
    , "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25",   \
        "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k1", "k2", "k3", "k4", "k5", "k6", \
        "k7"
#else
#define WEFT_CLOBBER_AVX512
#endif
#define WEFT_CLOBBER \
    WEFT_CLOBBER_INTEGER, WEFT_CLOBBER_X87, WEFT_CLOBBER_VECTOR WEFT_CLOBBER_AVX512, "memory", "cc"
#if defined(__CET__) && (__CET__ & 1)
#define WEFT_LANDING_PAD "endbr64\n\t"
#else
#define WEFT_LANDING_PAD ""
#endif
#define WEFT_TEXT(x) WEFT_TEXT_(x)
#define WEFT_TEXT_(x) #x

// clang-format off
#if WEFT_SWITCH_FP_CONTROL
#define WEFT_SWITCH_FP                                        \
    "stmxcsr " WEFT_TEXT(WEFT_CONTEXT_MXCSR) "(%%rdi)\n\t"    \
    "fnstcw " WEFT_TEXT(WEFT_CONTEXT_X87CW) "(%%rdi)\n\t"     \
    "ldmxcsr " WEFT_TEXT(WEFT_CONTEXT_MXCSR) "(%%rsi)\n\t"    \
    "fldcw " WEFT_TEXT(WEFT_CONTEXT_X87CW) "(%%rsi)\n\t"
#else
#define WEFT_SWITCH_FP ""
#endif

// rdi = from, which is resumable after this.
#define WEFT_SAVE_CONTEXT                                     \
    "mov %%rbp, " WEFT_TEXT(WEFT_CONTEXT_BP) "(%%rdi)\n\t"    \
    "mov %%rbx, " WEFT_TEXT(WEFT_CONTEXT_BX) "(%%rdi)\n\t"    \
    "lea 1f(%%rip), %%rax\n\t"                                \
    "mov %%rax, " WEFT_TEXT(WEFT_CONTEXT_IP) "(%%rdi)\n\t"    \
    "mov %%rsp, " WEFT_TEXT(WEFT_CONTEXT_SP) "(%%rdi)\n\t"    \
    WEFT_SWITCH_FP

// rsi = to, whose stack is in use after this.
#define WEFT_LOAD_CONTEXT                                     \
    "mov " WEFT_TEXT(WEFT_CONTEXT_BP) "(%%rsi), %%rbp\n\t"    \
    "mov " WEFT_TEXT(WEFT_CONTEXT_BX) "(%%rsi), %%rbx\n\t"    \
    "mov " WEFT_TEXT(WEFT_CONTEXT_SP) "(%%rsi), %%rsp\n\t"

// Where a context goes on: at label 1 if somebody jumps, WEFT_BY_CALL_BYTES before it if somebody
// calls, which drops what the call wrote.
#define WEFT_RESUME_HERE                                      \
    ".p2align 4\n\t"                                          \
    ".skip 16 - " WEFT_TEXT(WEFT_BY_CALL_BYTES) "\n\t"        \
    WEFT_LANDING_PAD                                          \
    "lea 136(%%rsp), %%rsp\n"                                 \
    "1:\n\t"                                                  \
    WEFT_LANDING_PAD
// clang-format on

// Nine instructions. The jump is indirect, so that each site predicts its own successor; a
// return would be predicted from the return stack, which belongs to another fiber.
// rbp and rbx are saved by hand: compilers may need them to reach a frame with variable arrays and
// do not let a clobber name them. Not touched, and why: the direction flag is clear by the psABI.
WEFT_ALWAYS_INLINE Switched switch_context(Context* from, Context* to, void* pass) {
    asm volatile(WEFT_SAVE_CONTEXT WEFT_LOAD_CONTEXT  //
                 "jmp *" WEFT_TEXT(WEFT_CONTEXT_IP) "(%%rsi)\n\t" WEFT_RESUME_HERE
                 : "+D"(from), "+S"(to), "+d"(pass)
                 :
                 : "rax", WEFT_CLOBBER);
    return {to, pass};
}

// A return is predicted from the core's own stack of return addresses, which knows nothing of
// switches: each return of a fiber that slept costs a wrong guess. The first such return leads to
// the loop that started the fiber's job. So the loop starts jobs and resumes fibers by one call
// instruction, and then the right address lies on top. What the call writes lies beyond the red
// zone, and is dropped on arrival. The address is loaded after the stack pointer: a load in between
// lets Valgrind see the change of stacks before the call writes.
template <class Job, class How, class Result>
WEFT_ALWAYS_INLINE Entered call_or_switch(Result (*callee)(Job*, How), Job* job, How how,
                                          Context* from, Context* to, void* pass) {
    void* rax = reinterpret_cast<void*>(callee);
    void* rdi = callee != nullptr ? static_cast<void*>(job) : from;
    void* rsi = callee != nullptr ? reinterpret_cast<void*>(uintptr_t(how)) : to;
    asm volatile(
        "test %%rax, %%rax\n\t"
        "jnz 2f\n\t" WEFT_SAVE_CONTEXT WEFT_LOAD_CONTEXT  //
        "mov " WEFT_TEXT(WEFT_CONTEXT_IP) "(%%rsi), %%rax\n\t"
        "sub $" WEFT_TEXT(WEFT_BY_CALL_BYTES) ", %%rax\n\t"
        "add $-128, %%rsp\n"
        "2:\n\t"
        "call *%%rax\n\t"
        "xor %%esi, %%esi\n\t"
        "jmp 3f\n\t" WEFT_RESUME_HERE
        "3:\n\t"
        : "+a"(rax), "+D"(rdi), "+S"(rsi), "+d"(pass)
        :
        : WEFT_CLOBBER);
    return {static_cast<Context*>(rsi), pass, reinterpret_cast<uintptr_t>(rax)};
}

#if !WEFT_SIMULATED
// Compilers make three instructions of a relaxed load, an addition and a relaxed store.
WEFT_ALWAYS_INLINE bool add_alone(uintptr_t* word, uintptr_t value) {
    bool over;
    asm("addq %2, %0" : "+m"(*word), "=@ccc"(over) : "er"(value));
    return over;
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
