// panics.cpp - catches a panic without processes: the body runs on its own stack, and is left there
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/base/require.hpp>

namespace unit {
namespace {

using namespace weft;

constexpr size_t kStackBytes = unit::stack_bytes(256 * 1024);

alignas(64) unsigned char stack[kStackBytes];
port::Context caller, body_context;
port::ToolFiber caller_tool, body_tool;
void (*body_function)(void*);
void* body_argument;
uint32_t caught_tag, caught_line;
char panicked;  // its address is the mark that a panic passes

void switch_to_caller(void* mark) {
    port::tool_before_switch(body_tool, caller_tool);
    port::switch_context(&body_context, &caller, mark);
}

void on_panic(uint32_t file_tag, uint32_t line) {
    caught_tag = file_tag;
    caught_line = line;
    switch_to_caller(&panicked);
}

void run_body(port::Context*, void*) {
    port::tool_after_switch(body_tool);
    body_function(body_argument);
    switch_to_caller(nullptr);
}

}  // namespace

bool panics(void (*body)(void*), void* argument) {
    body_function = body;
    body_argument = argument;
    void* const worker = port::current_worker();
    const PanicHook earlier = set_panic_hook(on_panic);
    port::tool_adopt_thread(caller_tool);
    port::tool_open(body_tool, stack, kStackBytes);
    port::init_context(&body_context, stack + kStackBytes, run_body);
    port::tool_before_switch(caller_tool, body_tool);
    void* mark = port::switch_context(&caller, &body_context, nullptr).pass;
    port::tool_after_switch(caller_tool);
    port::tool_close(body_tool);
    set_panic_hook(earlier);
    port::set_current_worker(worker);  // the body may have panicked inside a ring
    return mark == &panicked;
}

uint32_t panic_tag() {
    return caught_tag;
}
uint32_t panic_line() {
    return caught_line;
}

}  // namespace unit
