// console_text.hpp - bare machines: words and numbers on the console, with nothing but write()
// SPDX-License-Identifier: MIT
#pragma once
#include <port.hpp>

namespace weft::port {

void write_text(const char* text);
void write_number(uint32_t value, uint32_t base, int digits);
// "name 0x01234567 "
void write_register(const char* name, uint32_t value);

}  // namespace weft::port
