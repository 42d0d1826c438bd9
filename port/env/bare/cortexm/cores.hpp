// cores.hpp - bare Cortex-M: the board's second core
// SPDX-License-Identifier: MIT
#pragma once
#include <port.hpp>

namespace weft::port {

// Any context. Ends that core's WFI; nothing to do with one core.
#if WEFT_CORES > 1
void interrupt_core(uint32_t core);
#else
inline void interrupt_core(uint32_t) {}
#endif

// Of each core as it starts: faults, clock, FPU state, the interrupt from other cores.
void start_this_core();

}  // namespace weft::port
