// cores.cpp - bare Cortex-M: one core, or two that start each other (SSE-200: two Cortex-M33)
// SPDX-License-Identifier: MIT
//
//   off --start_core--> working --entry returned--> idle --join_core--> off, but asleep in WFI
//
// The second core is released once, by CPUWAIT; after that it waits for its next entry.
#include "cores.hpp"

#include "interrupts.hpp"
#include "machine.hpp"

namespace weft::port {

void* volatile current_workers[kMaxCores];

// Out of line: an inlined store could reuse a core's index read before a switch.
__attribute__((noinline)) void set_current_worker(void* worker) {
    current_workers[core_here()] =
        worker != nullptr ? worker : const_cast<unsigned char*>(weft_no_worker);
}

uint32_t core_count() {
    return kMaxCores;
}

uint32_t busy_cores() {
    return core_count();
}

bool pin_self(uint32_t slot) {
    return slot == core_here();
}

#if WEFT_CORES > 1

using namespace machine;

namespace {

enum Stage : uint32_t { off, working, idle };

uint32_t stage;
CoreEntry second_entry;
void* second_argument;
bool released;

uint32_t stage_now() {
    // Acquire: pairs with the releases of whoever set the stage, on the other core.
    return __atomic_load_n(&stage, __ATOMIC_ACQUIRE);
}
void set_stage(uint32_t next) {
    // Release: publishes entry and argument, or what the entry wrote. Pairs with stage_now().
    __atomic_store_n(&stage, next, __ATOMIC_RELEASE);
}

// What was sent needs no handler's help: having ended the WFI was all.
void other_core_called() {
    reg(WEFT_CORE_CALL_ADDRESS + 8 + (core_here() != 0 ? 16 : 0)) = 1;
}

}  // namespace

// The message handling unit: +4 sets, +8 clears, for core 0; 16 further on for core 1.
void interrupt_core(uint32_t core) {
    asm volatile("dsb" ::: "memory");
    reg(WEFT_CORE_CALL_ADDRESS + 4 + (core != 0 ? 16 : 0)) = 1;
}

void hear_other_core() {
    set_interrupt_handler(WEFT_CORE_CALL_INTERRUPT, other_core_called);
}

bool start_core(uint32_t slot, bool, CoreEntry entry, void* argument) {
    if (slot != 1 || core_here() != 0 || stage_now() != off) return false;
    second_entry = entry;
    second_argument = argument;
    set_stage(working);
    if (released) {
        interrupt_core(1);
        return true;
    }
    released = true;
    asm volatile("dsb" ::: "memory");
    reg(WEFT_CORE_RELEASE_ADDRESS) = 0;  // its vector table is this one's: the board's reset value
    return true;
}

void join_core(uint32_t) {
    while (stage_now() != idle)
        cpu_relax();
    set_stage(off);
}

// The second core's life, from start.S.
extern "C" void weft_second_main() {
    set_current_worker(nullptr);
    start_this_core();
    for (;;) {
        const uintptr_t masked = mask_interrupts();
        const bool work = stage_now() == working;
        if (!work) asm volatile("dsb\n\twfi" ::: "memory");
        restore_interrupts(masked);
        if (!work) continue;
        second_entry(second_argument);
        set_current_worker(nullptr);
        set_stage(idle);
    }
}

#else

// Nothing can have been started, so whoever joins is wrong.
bool start_core(uint32_t, bool, CoreEntry, void*) {
    return false;
}
void join_core(uint32_t) {
    panic(2, __LINE__);
}
void hear_other_core() {}

#endif

bool start_core_near(uint32_t slot, uint32_t, CoreEntry entry, void* argument) {
    return start_core(slot, false, entry, argument);
}

}  // namespace weft::port
