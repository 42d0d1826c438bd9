// worker.cpp - Linux: the thread's worker pointer
// SPDX-License-Identifier: MIT
#include <port.hpp>

thread_local void* weft_linux_worker = nullptr;

namespace weft::port {

// Out of line: an inlined store could reuse a thread address computed before a switch.
__attribute__((noinline)) void set_current_worker(void* worker) {
    weft_linux_worker = worker;
}

}  // namespace weft::port
