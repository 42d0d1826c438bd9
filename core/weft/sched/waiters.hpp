// waiters.hpp - who waits for a counter without being a fiber
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/job/counter.hpp>

namespace weft {

// A thread that is no worker, asleep on its own stack. Its entry in the counter's list is a fiber
// that never runs.
struct WaitingThread {
    Fiber entry;
    port::Parker parker;

    WaitingThread() { entry.kind = WaiterKind::thread; }

    // The thread may be gone right after: the token is the last touch.
    static void release(Fiber* entry) {
        port::unpark(reinterpret_cast<WaitingThread*>(entry)->parker);
    }
};
static_assert(offsetof(WaitingThread, entry) == 0, "WaitingThread: release() casts");

}  // namespace weft
