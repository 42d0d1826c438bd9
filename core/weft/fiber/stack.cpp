// stack.cpp - fills stacks and reads them back
// SPDX-License-Identifier: MIT
#include <weft/fiber/stack.hpp>

namespace weft {

void write_canary(const Stack& stack) {
    uintptr_t* words = reinterpret_cast<uintptr_t*>(stack.low);
    for (size_t i = 0; i < kCanaryWords; i++)
        words[i] = canary_word(stack);
}

void paint_stack(const Stack& stack) {
    uintptr_t* end = reinterpret_cast<uintptr_t*>(stack.top);
    for (uintptr_t* at = reinterpret_cast<uintptr_t*>(stack.low); at != end; at++)
        *at = kPaint;
}

// Reads words of frames that others may own: tools that watch stack accesses must not object.
__attribute__((no_sanitize("address", "thread"))) size_t painted_high_water(const Stack& stack,
                                                                            bool has_canary) {
    const uintptr_t* at = stack_words(stack) + (has_canary ? kCanaryWords : 0);
    const uintptr_t* end = reinterpret_cast<const uintptr_t*>(stack.top);
    while (at != end && *at == kPaint)
        at++;
    return size_t(end - at) * sizeof(uintptr_t);
}

}  // namespace weft
