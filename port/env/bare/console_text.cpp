// console_text.cpp - bare machines: words and numbers on the console, and panic
// SPDX-License-Identifier: MIT
#include "console_text.hpp"

#include "machine_end.hpp"

namespace weft::port {

void write_text(const char* text) {
    size_t length = 0;
    while (text[length] != 0)
        length++;
    write(text, length);
}

// By subtraction for ten: no division on cores that have none.
void write_number(uint32_t value, uint32_t base, int digits) {
    char text[11];
    char* const end = text + sizeof text;
    char* at = end;
    do {
        uint32_t rest = value & 15, quotient = value >> 4;
        if (base == 10) {
            quotient = uint32_t(uint64_t(value) * 0xcccccccdu >> 35);
            rest = value - quotient * 10;
        }
        *--at = "0123456789abcdef"[rest];
        value = quotient;
    } while (value != 0 || end - at < digits);
    write(at, size_t(end - at));
}

void write_register(const char* name, uint32_t value) {
    write_text(name);
    write_text(" 0x");
    write_number(value, 16, 8);
    write_text(" ");
}

// The return address says who called, where the tag's line is not enough.
void panic(uint32_t file_tag, uint32_t line) {
    write_text("weft: panic at ");
    write_number(file_tag, 16, 8);
    write_text(":");
    write_number(line, 10, 1);
    write_text(" (tools/where names the file)\n ");
    write_register("sp", uint32_t(stack_pointer()));
    write_register("lr", uint32_t(reinterpret_cast<uintptr_t>(__builtin_return_address(0))));
    write_machine_state();
    write_text("\n");
    end_machine(kPanicStatus);
}

void finish(int status) {
    end_machine(status);
}

}  // namespace weft::port
