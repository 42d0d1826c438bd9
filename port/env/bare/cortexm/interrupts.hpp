// interrupts.hpp - bare Cortex-M: who handles which interrupt of the board
// SPDX-License-Identifier: MIT
//
// A handler runs on the main stack. It may call what port.hpp or the library allows in "any
// context": unpark, submit, decrement_from_interrupt. All have the same priority and do not nest
// unless a program says otherwise; then SysTick must stay among the most urgent ones.
#pragma once
#include <port.hpp>

namespace weft::port {

using InterruptHandler = void (*)();

// Thread context, for the calling core: enables the interrupt; null disables it.
void set_interrupt_handler(uint32_t interrupt, InterruptHandler handler);

// Any context: as if the device had asked.
void pend_interrupt(uint32_t interrupt);

// Of a core as it starts.
void hear_other_core();

}  // namespace weft::port
