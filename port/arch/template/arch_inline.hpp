// arch_inline.hpp - template: an instruction set to be filled in; copy the folder and begin
// SPDX-License-Identifier: MIT
//
// Compiles for every target as it is. What is trivially right on one core without interrupts
// stands; what only your machine can do calls unported_arch(), which panics with tag 0 and the
// line. Each comment says what belongs there and which rule of port.hpp it must keep. The finished
// example to read beside this file: port/arch/x86_64/arch_inline.hpp.
#pragma once
#include "context_frame.h"

namespace weft::port {

[[noreturn]] void panic(uint32_t file_tag, uint32_t line);  // [env]

constexpr uint32_t kUnportedArch = 0;  // tools/where knows this tag
[[noreturn]] inline void unported_arch(uint32_t line) {
    panic(kUnportedArch, line);
}

// The ABI's alignment of the stack pointer at a call: 16 on 64-bit machines and RISC-V, 8 on ARM.
constexpr size_t kStackAlign = 16;
// The line that two cores would fight over. Without a cache, one word is enough; a power of two.
constexpr size_t kCacheLine = 32;
// The largest page this build may meet; 1 without an MMU (an MPU region is not a page).
constexpr size_t kPageBytes = 1;
// Cache way size / kCacheLine, so that stack tops spread over all sets; 1 without a cache.
constexpr size_t kColourLines = 1;
// True only if compilers inline compare-and-swap for the -march you build with. False sends every
// read-modify-write of the core through compare_and_swap_* below.
constexpr bool kNativeCas = false;
// True only if __builtin_clz is an instruction. False lets the core look sizes up in a table.
constexpr bool kNativeClz = false;
// What fp_control() reads after "round to zero"; 0 without an FPU.
constexpr uint64_t kRaisedFpControl = 0;

// At least sp and the address to go on at, plus what the compiler refuses to have clobbered: the
// frame pointer, the base pointer. At most 64 bytes: a switch touches one line of each context.
struct Context {
    void* sp;
};
static_assert(offsetof(Context, sp) == WEFT_CONTEXT_SP, "context_frame.h: sp");

extern "C" void weft_fiber_start();  // fiber_start.S

// The ISA's hint for a spin (pause, yield, wfe without sleeping). The clobber keeps the compiler
// from hoisting the load that the spin waits for.
inline void cpu_relax() {
    asm volatile("" ::: "memory");
}

// A counter that never falls between two reads on one core: rdtsc, cntvct, DWT->CYCCNT widened by
// software, mcycle read high-low-high. Zero says that there is none; statistics then read zero.
inline uint64_t cycle_count() {
    return 0;
}

// The stack pointer register, by inline assembly, exactly; the frame's address is near enough here.
inline uintptr_t stack_pointer() {
    return reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
}

// False if loading the stack pointer would fault: shadow stacks, guarded control stacks, a kernel
// that checks bounds. Asked before the first switch; init() then returns Status::switch_refused.
inline bool can_switch() {
    return true;
}

// Fill `sp` with stack_top, the address with &weft_fiber_start, the frame pointer with zero (that
// is where backtraces end), and one register that fiber_start.S reads with `entry`. Write nothing
// to the stack: it may not be mapped yet, and its paint must stay whole.
inline void init_context(Context*, void*, ContextEntry) {
    unported_arch(__LINE__);
}

// One asm volatile statement with from, to and pass in fixed registers as in-out operands:
//   1. store the registers that no clobber may name, the address of label 1, and sp, in *from;
//   2. load the same from *to, sp last: from there on it is to's stack;
//   3. jump (not return) to to's address;
//   4. label 1 ends the statement: self is in to's register, pass in its own.
// Clobber every other register, vector and flags too, and "memory": that is what makes the compiler
// save exactly what is live. Write nothing below sp: user code may keep a red zone there. Jump
// indirectly: a return would be predicted from another fiber's calls. It must stay always-inline.
WEFT_ALWAYS_INLINE Switched switch_context(Context*, Context*, void*) {
    unported_arch(__LINE__);
}

// Right on one core that nothing interrupts. With interrupts: mask them around these lines and
// restore the earlier mask, not "enabled". With several cores: take a hardware spinlock as well.
// Bounded, never fails spuriously, and acquires and releases: end with the barrier the core needs.
template <class T>
bool swap_if_equal(T* word, T& expected, T desired) {
    const T seen = *word;
    const bool equal = seen == expected;
    if (equal) *word = desired;
    expected = seen;
    asm volatile("" ::: "memory");
    return equal;
}

inline bool compare_and_swap_u32(uint32_t* word, uint32_t& expected, uint32_t desired) {
    return swap_if_equal(word, expected, desired);
}

// 64 bits wide on a 64-bit machine, else the same as above.
inline bool compare_and_swap_word(uintptr_t* word, uintptr_t& expected, uintptr_t desired) {
    return swap_if_equal(word, expected, desired);
}

// Volatile: once, and whole, as aligned words are on every core.
WEFT_ALWAYS_INLINE bool add_alone(uintptr_t* word, uintptr_t value) {
    volatile uintptr_t* shared = word;
    const uintptr_t sum = *shared + value;
    *shared = sum;
    return sum < value;
}

// FPSCR, FPCR, fcsr: rounding, traps, flush-to-zero, without the sticky flags. Zero and no effect
// without an FPU. A fiber that changes it restores it before it yields (port/README.md).
inline uint64_t fp_control() {
    return 0;
}
inline void set_fp_control(uint64_t) {}

}  // namespace weft::port

#include "../plain_call.hpp"
