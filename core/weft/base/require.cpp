// require.cpp - the way of a panic: names where the build has them, hook, port
// SPDX-License-Identifier: MIT
#include <port.hpp>
#include <weft/base/atomic.hpp>
#include <weft/base/require.hpp>
#include <weft/base/text.hpp>

namespace weft {
namespace {

Atomic<PanicHook> panic_hook;

}  // namespace

PanicHook set_panic_hook(PanicHook hook) {
    // Acquire and release: the hook's own data is visible to whoever runs it, and its predecessor's
    // to the caller. Pairs with itself and with the acquire in fail().
    return panic_hook.exchange_acq_rel(hook);
}

void fail(uint32_t file_tag, uint32_t line, const char* file, const char* text) {
    Text<192> message;
    message.add(path_in_project(file)).add(":").add_number(line).add(": required: ").add(text);
    message.add("\n").print();
    fail(file_tag, line);
}

void fail(uint32_t file_tag, uint32_t line) {
    // Acquire: pairs with the exchange in set_panic_hook().
    const PanicHook hook = panic_hook.load_acquire();
    if (hook != nullptr) hook(file_tag, line);
    port::panic(file_tag, line);
}

}  // namespace weft
