// board.cpp - bare Cortex-M: from reset to main, and the end
// SPDX-License-Identifier: MIT
#include "board.hpp"

#include <env/bare/console_text.hpp>
#include <env/bare/machine_end.hpp>
#include <env/bare/semihosting.hpp>

#include "clock.hpp"
#include "cores.hpp"
#include "fault.hpp"
#include "interrupts.hpp"
#include "machine.hpp"

extern "C" unsigned char weft_thread_stack[], weft_second_stack[];  // linker script

namespace weft::port {

using namespace machine;

void start_this_core() {
    start_faults();
#if WEFT_GUARD_LIMIT
    unsigned char* const low = core_here() == 0 ? weft_thread_stack : weft_second_stack;
    set_stack_limit(uint32_t(reinterpret_cast<uintptr_t>(low)));
#endif
#ifndef __ARM_ARCH_6M__
    reg(kDebugControl) |= 1u << 24;  // TRCENA: without it DWT does not count
    reg(kDwtControl) |= 1;
#endif
    start_clock();
    hear_other_core();
}

extern "C" [[noreturn]] void weft_board_main() {
    open_console();
    set_current_worker(nullptr);
    start_this_core();
    run_main();
}

void write_machine_state() {
    uint32_t psp, msp;
    asm volatile("mrs %0, psp\n\tmrs %1, msp" : "=r"(psp), "=r"(msp));
    write_register("psp", psp);
    write_register("msp", msp);
    write_register("exception", exception_number());
}

// Interrupts off: nothing of the program runs on.
void end_machine(int status) {
    (void)mask_interrupts();
    semihosting_exit(status);
    for (;;)
        asm volatile("wfi");
}

}  // namespace weft::port
