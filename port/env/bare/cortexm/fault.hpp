// fault.hpp - bare Cortex-M: what a fault handler finds, and where it may go on
// SPDX-License-Identifier: MIT
#pragma once
#include <port.hpp>

namespace weft::port {

// What the hardware stacks at an exception, on the stack that it interrupts.
struct ExceptionFrame {
    uint32_t r0, r1, r2, r3, r12, lr, pc, xpsr;
};

// What weft_fault (start.S) pushes on MSP.
struct SavedRegisters {
    uint32_t r4, r5, r6, r7, r10, r11, r8, r9;
};

// Prints registers and fault status, each name and value; then the program ends.
[[noreturn]] void end_with_dump(const ExceptionFrame& frame, const SavedRegisters& saved,
                                uint32_t exc_return);

// A stack's limit was passed, at *address.
bool is_stack_fault(uint32_t psp, uint32_t* address);
// The frame to return to after it, or null: nobody watches stack faults.
const ExceptionFrame* after_stack_fault(uint32_t address);

// Of each core as it starts: faults have handlers of their own, the guard region is on.
void start_faults();

}  // namespace weft::port
