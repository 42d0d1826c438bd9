// interrupts.cpp - bare Cortex-M: one entry for all interrupts, a table of handlers in RAM
// SPDX-License-Identifier: MIT
#include "interrupts.hpp"

#include "machine.hpp"

namespace weft::port {

using namespace machine;

namespace {
InterruptHandler handlers[WEFT_INTERRUPTS];
}

void set_interrupt_handler(uint32_t interrupt, InterruptHandler handler) {
    if (interrupt >= WEFT_INTERRUPTS) panic(2, __LINE__);
    const uint32_t bit = 1u << (interrupt & 31);
    const uintptr_t word = interrupt / 32 * 4;
    if (handler == nullptr) reg(kInterruptEnable + 0x80 + word) = bit;
    handlers[interrupt] = handler;
    asm volatile("dsb" ::: "memory");
    if (handler != nullptr) reg(kInterruptEnable + word) = bit;
}

void pend_interrupt(uint32_t interrupt) {
    reg(kInterruptPend + interrupt / 32 * 4) = 1u << (interrupt & 31);
    asm volatile("dsb\n\tisb" ::: "memory");
}

// The barrier: on Cortex-M4 a handler must not return before its last store is done (838869).
extern "C" void weft_interrupt() {
    handlers[exception_number() - 16]();
    asm volatile("dsb" ::: "memory");
}

}  // namespace weft::port
