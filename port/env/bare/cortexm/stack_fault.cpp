// stack_fault.cpp - bare Cortex-M: an overflow is told to the core; the guard tests itself
// SPDX-License-Identifier: MIT
//
// As a signal on a host: the handler goes on in thread mode, on a stack of its own (rescue), where
// everything is allowed. What was interrupted is lost.
//
// The self-test overflows on purpose, in a context on the rescue stack: once, before the first
// guard is promised. A core without an MPU, or one that is not set up, is noticed there.
#include "fault.hpp"
#include "machine.hpp"

namespace weft::port {

using namespace machine;

#if WEFT_GUARD_LIMIT || WEFT_GUARD_REGION

namespace {

constexpr uint32_t kThumbState = 1u << 24;
constexpr size_t kRescueBytes = 1024;  // the report's own frames, and an interrupt

enum class Tested : uint8_t { not_yet, works, fails };

struct Rescue {
    alignas(8) unsigned char stack[kRescueBytes];
    Context before, probe;
    Tested tested;
    bool probing;
};
Rescue rescues[kMaxCores];
StackFaultHandler fault_handler;

void report(uint32_t address) {
    fault_handler(address);
    panic(2, __LINE__);  // nobody's: a stack that the core does not know
}

// Whatever guarded the stack that is left must not guard the rescue stack.
void lift_guard() {
#if WEFT_GUARD_LIMIT
    set_stack_limit(0);
#else
    move_guard_region(guard_word(weft_thread_guard));
#endif
}

// ---- the self-test ----

// Volatile: neither store may be dropped.
void pass_limit() {
#if WEFT_GUARD_LIMIT
    set_stack_limit(uint32_t(stack_pointer()));
    asm volatile("push {r0, r1}\n\tpop {r0, r1}" ::: "memory");
#else
    *static_cast<volatile unsigned char*>(weft_thread_guard) = 0;
#endif
}

[[noreturn]] void end_probe(Tested result) {
    Rescue& here = rescues[core_here()];
    here.probing = false;
    here.tested = result;
    lift_guard();
    switch_context(&here.probe, &here.before, nullptr);
    panic(2, __LINE__);
}

void probe_caught(uint32_t) {
    end_probe(Tested::works);
}

void probe_main(Context*, void*) {
    pass_limit();
    asm volatile("dsb\n\tisb" ::: "memory");
    end_probe(Tested::fails);
}

bool limits_work() {
    Rescue& here = rescues[core_here()];
    if (here.tested != Tested::not_yet) return here.tested == Tested::works;
#if WEFT_GUARD_LIMIT
    uint32_t mine;
    asm volatile("mrs %0, psplim" : "=r"(mine));
    set_stack_limit(0);
#endif
    here.probing = true;
    init_context(&here.probe, here.stack + kRescueBytes, probe_main);
    switch_context(&here.before, &here.probe, nullptr);
#if WEFT_GUARD_LIMIT
    set_stack_limit(mine);
#endif
    return here.tested == Tested::works;
}

// Where the processor goes on when the exception returns.
ExceptionFrame* frame_for(Rescue& rescue, void (*where)(uint32_t), uint32_t argument) {
    ExceptionFrame* const frame =
        reinterpret_cast<ExceptionFrame*>(rescue.stack + kRescueBytes) - 1;
    *frame = {};
    frame->r0 = argument;
    frame->pc = uint32_t(reinterpret_cast<uintptr_t>(where)) & ~1u;
    frame->xpsr = kThumbState;
    return frame;
}

}  // namespace

const ExceptionFrame* after_stack_fault(uint32_t address) {
    Rescue& here = rescues[core_here()];
    if (!here.probing && fault_handler == nullptr) return nullptr;
    lift_guard();
    reg(kFaultStatus) = ~0u;  // ones clear: the next fault tells of itself only
#ifdef __ARM_FP
    reg(kFpContext) &= ~1u;  // LSPACT: FP registers are not to be stored in a frame that is lost
#endif
    return here.probing ? frame_for(here, probe_caught, 0) : frame_for(here, report, address);
}

bool watch_stack_faults(StackFaultHandler handler) {
    fault_handler = handler;
    return limits_work();
}

bool guard(void*, size_t bytes) {
    return bytes == kPageBytes && limits_work();
}

bool unguard(void*, size_t bytes) {
    return bytes == kPageBytes;
}

#else

const ExceptionFrame* after_stack_fault(uint32_t) {
    return nullptr;
}
bool watch_stack_faults(StackFaultHandler) {
    return false;
}
bool guard(void*, size_t) {
    return false;
}
bool unguard(void*, size_t) {
    return false;
}

#endif

#if WEFT_GUARD_LIMIT

// The register says whose stack it was; how far beyond, nothing says.
bool is_stack_fault(uint32_t, uint32_t* address) {
    constexpr uint32_t kStackOverflow = 1u << 20;  // UFSR.STKOF
    uint32_t limit;
    asm volatile("mrs %0, psplim" : "=r"(limit));
    *address = limit - 1;
    return (reg(kFaultStatus) & kStackOverflow) != 0;
}

#elif WEFT_GUARD_REGION

// An interrupt that could not be stacked left no address: its frame's low end is it.
bool is_stack_fault(uint32_t psp, uint32_t* address) {
    constexpr uint32_t kAddressValid = 1u << 7, kStacking = 1u << 4;  // MMFSR
    const uint32_t status = reg(kFaultStatus);
    *address = (status & kAddressValid) != 0 ? reg(kFaultAddress) : psp;
    return (status & (kAddressValid | kStacking)) != 0;
}

#else

bool is_stack_fault(uint32_t, uint32_t*) {
    return false;
}

#endif

void start_faults() {
#if WEFT_GUARD_LIMIT || WEFT_GUARD_REGION
    reg(kSystemHandlers) |= 7u << 16;  // MemManage, BusFault, UsageFault
#endif
#if WEFT_GUARD_REGION
    constexpr uint32_t kNoExecute = 1u << 28, kOn = 1, kDefaultMapForRest = 4;
    constexpr uint32_t kSizeField = 31 - __builtin_clz(kPageBytes) - 1;  // 2 to the field + 1 bytes
    move_guard_region(guard_word(weft_thread_guard));
    reg(kMpuSize) = kNoExecute | kSizeField << 1 | kOn;
    reg(kMpuControl) = kDefaultMapForRest | kOn;
    asm volatile("dsb\n\tisb" ::: "memory");
#endif
}

}  // namespace weft::port
