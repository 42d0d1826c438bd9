// clock.hpp - bare Cortex-M: one alarm for each core, and what parking asks of the clock
// SPDX-License-Identifier: MIT
#pragma once
#include <port.hpp>

namespace weft::port {

// Runs in the interrupt, with other interrupts allowed.
using AlarmFunction = void (*)(void* argument);

// Any context. Calls function(argument) once now_ns() has reached at_ns, on this core, instead of
// what was set before; null: nothing. The function may set the next alarm.
void set_alarm(uint64_t at_ns, AlarmFunction function, void* argument);

// Interrupts masked. An interrupt comes at the deadline or before; sleep and look again.
void wake_at(uint64_t deadline_ns);

void start_clock();

}  // namespace weft::port
