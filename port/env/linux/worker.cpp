// worker.cpp - Linux: the thread's worker pointer
// SPDX-License-Identifier: MIT
#include <port.hpp>

extern "C" alignas(64) const
    unsigned char weft::port::weft_no_worker[weft::port::kNoWorkerBytes] = {};

namespace {
constexpr void* nobody() {
    return const_cast<unsigned char*>(weft::port::weft_no_worker);
}
}  // namespace

thread_local void* weft_linux_worker = nobody();

namespace weft::port {

// Out of line: an inlined store could reuse a thread address computed before a switch.
__attribute__((noinline)) void set_current_worker(void* worker) {
    weft_linux_worker = worker != nullptr ? worker : nobody();
}

}  // namespace weft::port
