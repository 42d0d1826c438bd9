// console.cpp - bare Cortex-M: one UART, polled, by the board's kind of it
// SPDX-License-Identifier: MIT
//
// Any context, so no lock and no interrupt: lines of two cores may mix.
#include "board.hpp"
#include "machine.hpp"

namespace weft::port {

using namespace machine;

namespace {

#if WEFT_CONSOLE == WEFT_CONSOLE_CMSDK  // Arm's APB UART: data, state, control, -, divisor

void open_uart() {
    reg(WEFT_CONSOLE_ADDRESS + 0x10) = WEFT_CLOCK_HZ / 115200;
    reg(WEFT_CONSOLE_ADDRESS + 8) = 1;
}
void put(char c) {
    while ((reg(WEFT_CONSOLE_ADDRESS + 4) & 1) != 0) {
    }
    reg(WEFT_CONSOLE_ADDRESS) = uint8_t(c);
}

#elif WEFT_CONSOLE == WEFT_CONSOLE_NRF51  // events and tasks

void open_uart() {
    reg(WEFT_CONSOLE_ADDRESS + 0x524) = 0x01d7e000;  // 115200 baud
    reg(WEFT_CONSOLE_ADDRESS + 0x500) = 4;
    reg(WEFT_CONSOLE_ADDRESS + 8) = 1;
}
void put(char c) {
    reg(WEFT_CONSOLE_ADDRESS + 0x11c) = 0;
    reg(WEFT_CONSOLE_ADDRESS + 0x51c) = uint8_t(c);
    while (reg(WEFT_CONSOLE_ADDRESS + 0x11c) == 0) {
    }
}

#elif WEFT_CONSOLE == WEFT_CONSOLE_STM32  // status, data, divisor, control

void open_uart() {
    reg(WEFT_CONSOLE_ADDRESS + 8) = WEFT_CONSOLE_CLOCK_HZ / 115200;
    reg(WEFT_CONSOLE_ADDRESS + 0xc) = 0x200c;
}
void put(char c) {
    while ((reg(WEFT_CONSOLE_ADDRESS) & 0x80) == 0) {
    }
    reg(WEFT_CONSOLE_ADDRESS + 4) = uint8_t(c);
}

#else
#error "WEFT_CONSOLE: no such kind of console; see the kinds above"
#endif

}  // namespace

void open_console() {
    open_uart();
}

void write(const char* text, size_t bytes) {
    for (size_t i = 0; i < bytes; i++)
        put(text[i]);
}

}  // namespace weft::port
