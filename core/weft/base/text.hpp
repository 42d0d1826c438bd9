// text.hpp - a line of text in a fixed buffer, for reports; no heap, no libc, no division
// SPDX-License-Identifier: MIT
//
// What does not fit is dropped and the line ends in "...". Any context.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace weft {

class TextWriter {
 public:
    TextWriter& add(const char* text);
    TextWriter& add_number(uint64_t value);
    TextWriter& add_hex(uintptr_t value, unsigned digits);
    TextWriter& add_address(const void* address);

    void clear();
    void print();  // through port::write; the buffer is empty afterwards
    const char* c_str() const { return buffer_; }
    size_t length() const { return length_; }
    bool complete() const { return complete_; }

 protected:
    TextWriter(char* buffer, size_t capacity) : buffer_(buffer), capacity_(capacity) {
        buffer_[0] = 0;
    }

 private:
    void add_char(char c);

    char* buffer_;
    size_t capacity_;  // of characters; the buffer has one more for the end
    size_t length_ = 0;
    bool complete_ = true;
};

template <size_t kCapacity>
class Text : public TextWriter {
    static_assert(kCapacity >= 4, "Text: room for the dots that mark what was dropped");

 public:
    Text() : TextWriter(characters_, kCapacity) {}
    Text(const Text&) = delete;
    Text& operator=(const Text&) = delete;

 private:
    char characters_[kCapacity + 1];
};

bool same_text(const char* a, const char* b);

}  // namespace weft
