// text.cpp - numbers and addresses as text
// SPDX-License-Identifier: MIT
#include <port.hpp>
#include <weft/base/text.hpp>

namespace weft {
namespace {

constexpr uint64_t kPowersOfTen[] = {
    10000000000000000000u,
    1000000000000000000u,
    100000000000000000u,
    10000000000000000u,
    1000000000000000u,
    100000000000000u,
    10000000000000u,
    1000000000000u,
    100000000000u,
    10000000000u,
    1000000000u,
    100000000u,
    10000000u,
    1000000u,
    100000u,
    10000u,
    1000u,
    100u,
    10u,
    1u,
};

}  // namespace

void TextWriter::add_char(char c) {
    if (length_ < capacity_) {
        buffer_[length_++] = c;
        buffer_[length_] = 0;
        return;
    }
    complete_ = false;
    for (size_t i = 1; i <= 3; i++)
        buffer_[capacity_ - i] = '.';
}

TextWriter& TextWriter::add(const char* text) {
    if (text == nullptr) text = "(null)";
    for (; *text != 0; text++)
        add_char(*text);
    return *this;
}

// By subtraction: small cores have no division, and a 64-bit one is a library call on all 32-bit.
TextWriter& TextWriter::add_number(uint64_t value) {
    bool started = false;
    for (const uint64_t power : kPowersOfTen) {
        char digit = '0';
        for (; value >= power; value -= power)
            digit++;
        started = started || digit != '0' || power == 1;
        if (started) add_char(digit);
    }
    return *this;
}

TextWriter& TextWriter::add_hex(uintptr_t value, unsigned digits) {
    while (digits-- > 0)
        add_char("0123456789abcdef"[value >> (digits * 4) & 15]);
    return *this;
}

TextWriter& TextWriter::add_address(const void* address) {
    return add("0x").add_hex(reinterpret_cast<uintptr_t>(address), sizeof address * 2);
}

void TextWriter::clear() {
    length_ = 0;
    buffer_[0] = 0;
    complete_ = true;
}

void TextWriter::print() {
    port::write(buffer_, length_);
    clear();
}

bool same_text(const char* a, const char* b) {
    for (; *a == *b; a++, b++)
        if (*a == 0) return true;
    return false;
}

}  // namespace weft
