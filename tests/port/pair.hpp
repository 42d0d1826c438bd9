// pair.hpp - two contexts for the port's tests: the test itself, and a partner on its own stack
// SPDX-License-Identifier: MIT
#pragma once
#include <port.hpp>
#include <unit/unit.hpp>

namespace pair {

using weft::port::Context;

constexpr size_t kStackBytes = unit::stack_bytes(64 * 1024);

// A context with a stack, and what tools must know of it.
struct Strand {
    alignas(64) unsigned char stack[kStackBytes];
    Context context;
    weft::port::ToolFiber tool;

    void open(weft::port::ContextEntry entry) {
        weft::port::tool_open(tool, stack, kStackBytes);
        weft::port::init_context(&context, stack + kStackBytes, entry);
    }
    void close() { weft::port::tool_close(tool); }
};

// The thread that runs the test, as a context.
struct Thread {
    Context context;
    weft::port::ToolFiber tool;

    void adopt() { weft::port::tool_adopt_thread(tool); }
};

template <class From, class To>
WEFT_ALWAYS_INLINE weft::port::Switched go(From& from, To& to, void* pass) {
    weft::port::tool_before_switch(from.tool, to.tool);
    const weft::port::Switched switched =
        weft::port::switch_context(&from.context, &to.context, pass);
    weft::port::tool_after_switch(from.tool);
    return switched;
}

using Callee = uint8_t (*)(uint32_t* argument, uint8_t how);

// By the instruction that calls `callee` if there is one.
template <class From, class To>
WEFT_ALWAYS_INLINE weft::port::Entered enter(From& from, To& to, Callee callee, uint32_t* argument,
                                             uint8_t how, void* pass) {
    if (callee == nullptr) weft::port::tool_before_switch(from.tool, to.tool);
    const weft::port::Entered entered =
        weft::port::call_or_switch(callee, argument, how, &from.context, &to.context, pass);
    if (callee == nullptr) weft::port::tool_after_switch(from.tool);
    return entered;
}

}  // namespace pair
