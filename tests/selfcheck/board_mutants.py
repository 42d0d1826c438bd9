# board_mutants.py - rows of mutants.py for Cortex-M, and for what is left out with one core
# SPDX-License-Identifier: MIT
#
# A target is a board, whose emulator runs the suite; "overflow <board>" runs tests/crash there.

COMMON = "port/arch/cortexm/common.hpp"
THUMB2 = "port/arch/cortexm/thumb2.hpp"
GUARD = "port/env/bare/cortexm/guard.hpp"
PARK = "port/env/bare/cortexm/park.cpp"
CLOCK = "port/env/bare/cortexm/clock.cpp"
COUNTER = "core/weft/job/counter.cpp"
DEQUE = "core/weft/job/split_deque.cpp"
RING = "core/weft/job/job_ring.cpp"
SCHEDULER = "core/weft/sched/scheduler.cpp"

MUTANTS = [
    ("Cortex-M4F: switch forgets to clobber d9", "mps2_an386", COMMON, '"d8", "d9", "d10"',
     '"d8", "d10"', "live_across|kept_registers"),
    ("Cortex-M3: switch forgets to clobber r9 to r11", "mps2_an385", COMMON,
     '"r8", "r9", "r10", "r11"', '"r8"', "live_across|kept_registers|died"),
    ("Cortex-M3: switch loses r7", "mps2_an385", THUMB2, "ldmia r1, {r3, r4, r6, r7}",
     "ldmia r1, {r3, r4, r6}", "kept_registers|died"),
    ("Cortex-M0: switch loses r7", "microbit", "port/arch/armv6m/arch_inline.hpp",
     "ldm r5!, {r3, r4, r6, r7}", "ldm r5!, {r3, r4, r6}", "kept_registers|died"),
    ("the MPU's region stays where it was", "overflow mps2_an385", GUARD,
     "    move_guard_region(self.guard);", "    (void)self;", "overflow_is_reported"),
    ("PSPLIM stays off after a switch", "overflow mps2_an505", GUARD,
     "    set_stack_limit(self.guard);", "    (void)self;", "overflow_is_reported"),
    ("the guard stays on the rescue stack", "overflow mps2_an505",
     "port/env/bare/cortexm/stack_fault.cpp", "void lift_guard() {\n#if WEFT_GUARD_LIMIT\n    set_stack_limit(0);",
     "void lift_guard() {\n#if WEFT_GUARD_LIMIT\n", "overflow_is_reported"),
    ("interrupts come between the look at the token and WFI", "mps2_an385", PARK,
     "        if (!late && !taken) sleep_once(deadline_ns);",
     "        restore_interrupts(masked);\n        if (!late && !taken) sleep_once(deadline_ns);",
     "falls_asleep"),
    ("a period's end that is pending is not counted", "mps2_an385", CLOCK,
     "    if (!end_is_pending()) return", "    if (true) return", "interrupt_is_masked"),
    ("one core: a token is not given", "mps2_an385", SCHEDULER,
     "void Scheduler::wake_one(uint32_t near) {\n    if constexpr (kOneCore) return port::unpark("
     "worker(0).parker);",
     "void Scheduler::wake_one(uint32_t near) {\n    if constexpr (kOneCore) return;",
     "ends_the_sleep_of_a_worker|died"),
    ("one core: the last decrement wakes nobody", "one-core", COUNTER,
     "    return before == count * kOne && first_ != nullptr;", "    return false;",
     "counters_agree|died"),
    ("one core: a refused decrement is kept", "one-core", COUNTER,
     "    word_.fetch_add_relaxed(taken * kOne);", "    (void)taken;", "counting_beyond|below_zero|died"),
    ("one core: the oldest stays in the deque", "one-core", DEQUE,
     "    ends_.store_relaxed(ends_at(next, next));", "    ends_.store_relaxed(ends_at(tail, next));",
     "split_deque_agrees"),
    ("least code: a hole on top is a fork for ever", "microbit", RING,
     "    newest->state.store_relaxed(SlotState::queued);\n    head_--;", "    head_--;",
     "split_deque_agrees|died"),
    ("least code: slots are free before they are left", "microbit", RING,
     "base_ != tail_ && at(base_)->state.load_relaxed() == SlotState::left", "base_ != tail_",
     "split_deque_agrees|died"),
    ("least code: a claimed fork is taken back", "microbit", RING,
     "    if (age >= count()) return false;\n", "    (void)age;\n", "split_deque_agrees|died"),
    ("least code: a worker does not begin as zeros", "microbit", "core/weft/sched/worker.hpp",
     "    uint32_t picks_ = 0;", "    uint32_t picks_ = 1;", "begins_as_zeros"),
]
