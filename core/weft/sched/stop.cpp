// stop.cpp - ending waits early
// SPDX-License-Identifier: MIT
#include <weft/sched/scheduler.hpp>
#include <weft/sched/spawn.hpp>
#include <weft/sched/stop.hpp>

namespace weft {

void Stop::add(StoppedWait& wait) {
    SpinLock::Section inside(lock_);
    waits_.push_back(&wait);
}

void Stop::remove(StoppedWait& wait) {
    SpinLock::Section inside(lock_);
    waits_.remove(&wait);
}

// Whom a waiter leaves to, its signaller or this, the counter's lock decides.
void Stop::request() {
    Woken woken;
    {
        SpinLock::Section inside(lock_);
        // Release: a waiter that has not entered its counter yet sees it there. Pairs with the load
        // in requested(), through the counter's lock.
        requested_.store_release(1);
        for (StoppedWait* at = waits_.front(); at != nullptr; at = waits_.after(at)) {
            if (!at->counter->leave(at->fiber)) continue;
            at->fiber->outcome = Status::cancelled;
            at->fiber->next = woken.each;
            woken.each = at->fiber;
        }
    }
    wake_anywhere(woken);
}

void Stop::reset() {
    SpinLock::Section inside(lock_);
    WEFT_REQUIRE(waits_.empty());
    // Relaxed: nobody waits with it.
    requested_.store_relaxed(0);
}

}  // namespace weft
