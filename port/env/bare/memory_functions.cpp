// memory_functions.cpp - bare machines: the four functions that compilers call on their own
// SPDX-License-Identifier: MIT
//
// Word by word where both ends allow. The empty assembly keeps the compiler from seeing the very
// function that it would replace the loop with.
#include <stddef.h>
#include <stdint.h>

namespace {

using Word __attribute__((may_alias)) = uintptr_t;

bool are_words(const void* a, const void* b, size_t bytes) {
    return ((reinterpret_cast<uintptr_t>(a) | reinterpret_cast<uintptr_t>(b) | bytes) &
            (sizeof(Word) - 1)) == 0;
}

template <class T>
void copy_up(void* to, const void* from, size_t bytes) {
    T* out = static_cast<T*>(to);
    const T* in = static_cast<const T*>(from);
    for (size_t i = 0; i < bytes / sizeof(T); i++) {
        out[i] = in[i];
        asm volatile("");
    }
}

}  // namespace

extern "C" {

__attribute__((used)) void* memcpy(void* to, const void* from, size_t bytes) {
    if (are_words(to, from, bytes))
        copy_up<Word>(to, from, bytes);
    else
        copy_up<unsigned char>(to, from, bytes);
    return to;
}

__attribute__((used)) void* memmove(void* to, const void* from, size_t bytes) {
    unsigned char* out = static_cast<unsigned char*>(to);
    const unsigned char* in = static_cast<const unsigned char*>(from);
    if (size_t(out - in) >= bytes) return memcpy(to, from, bytes);
    for (size_t i = bytes; i > 0; i--) {
        out[i - 1] = in[i - 1];
        asm volatile("");
    }
    return to;
}

__attribute__((used)) void* memset(void* to, int value, size_t bytes) {
    unsigned char* out = static_cast<unsigned char*>(to);
    const uintptr_t pattern = uintptr_t(uint8_t(value)) * (~uintptr_t(0) / 255);
    size_t i = 0;
    if (are_words(to, to, 0))
        for (; i + sizeof(Word) <= bytes; i += sizeof(Word)) {
            *reinterpret_cast<Word*>(out + i) = pattern;
            asm volatile("");
        }
    for (; i < bytes; i++) {
        out[i] = uint8_t(value);
        asm volatile("");
    }
    return to;
}

__attribute__((used)) int memcmp(const void* a, const void* b, size_t bytes) {
    const unsigned char* left = static_cast<const unsigned char*>(a);
    const unsigned char* right = static_cast<const unsigned char*>(b);
    for (size_t i = 0; i < bytes; i++) {
        if (left[i] != right[i]) return left[i] < right[i] ? -1 : 1;
        asm volatile("");
    }
    return 0;
}

}  // extern "C"
