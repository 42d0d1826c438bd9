// stack.hpp - a stack's bounds, its paint and its canary
// SPDX-License-Identifier: MIT
//
//   low                                                   top
//    | canary | paint, never reached | used at some time ...|  stacks grow down, towards low
//                                    ^ high-water mark: top - here
#pragma once
#include <weft/base/bytes.hpp>
#include <weft/base/result.hpp>

namespace weft {

struct Stack {
    unsigned char* low = nullptr;
    unsigned char* top = nullptr;

    size_t bytes() const { return size_t(top - low); }
    bool contains(uintptr_t at) const { return at - reinterpret_cast<uintptr_t>(low) < bytes(); }
};

constexpr size_t kCanaryWords = 4;
// An odd pattern: neither an address, nor a small number, nor a float that programs compute.
constexpr uintptr_t kPaint = uintptr_t(0xa5c3a5c3a5c3a5c3u);

inline const uintptr_t* stack_words(const Stack& stack) {
    return reinterpret_cast<const uintptr_t*>(stack.low);
}

// Differs from stack to stack, so that a copied stack is noticed as well.
inline uintptr_t canary_word(const Stack& stack) {
    return reinterpret_cast<uintptr_t>(stack.low) ^ ~kPaint;
}

// Word by word: a sum over all would be vectorised, and realign the frame of every function that
// switches.
inline bool canary_intact(const Stack& stack) {
    for (size_t i = 0; i < kCanaryWords; i++)
        if (stack_words(stack)[i] != canary_word(stack)) return false;
    return true;
}

void write_canary(const Stack& stack);

// Fills the whole stack: nothing may run on it.
void paint_stack(const Stack& stack);

// The most bytes of a painted stack that were ever in use. Exact to a word, unless a program wrote
// the paint pattern itself.
size_t painted_high_water(const Stack& stack, bool has_canary);

}  // namespace weft
