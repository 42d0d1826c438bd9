// console.cpp - Linux: bytes to standard error, and the two ways to end
// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <unistd.h>
#include <port.hpp>

namespace weft::port {

void write(const char* text, size_t bytes) {
    while (bytes > 0) {
        const ssize_t written = ::write(STDERR_FILENO, text, bytes);
        if (written <= 0) return;
        text += written;
        bytes -= size_t(written);
    }
}

namespace {

void write_text(const char* text) {
    size_t length = 0;
    while (text[length] != 0)
        length++;
    write(text, length);
}

void write_number(uint32_t value, uint32_t base, int digits) {
    char text[11];
    char* end = text + sizeof text;
    char* at = end;
    do {
        *--at = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0 || end - at < digits);
    write(at, size_t(end - at));
}

}  // namespace

void panic(uint32_t file_tag, uint32_t line) {
    write_text("weft: panic at ");
    write_number(file_tag, 16, 8);
    write_text(":");
    write_number(line, 10, 1);
    write_text(" (tools/where names the file)\n");
    abort();
}

void finish(int status) {
    exit(status);
}

}  // namespace weft::port
