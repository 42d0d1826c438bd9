// stop.hpp - ends waits early, all that were told of it
// SPDX-License-Identifier: MIT
//
//     weft::Stop stop;
//     job:        if (weft::wait(loaded, stop) == weft::Status::cancelled) return;
//     elsewhere:  stop.request();
//
// A waiter enters itself before it locks its counter, and leaves after its wait, as with a deadline
// (timers.hpp); so request() finds it, or it finds that a stop was requested. Lock order: this
// lock, then a counter's. Bounds: request() visits each waiter once, under the lock.
#pragma once
#include <weft/base/list.hpp>
#include <weft/base/spin_lock.hpp>
#include <weft/job/counter.hpp>

namespace weft {

struct StoppedWait {
    Fiber* fiber;
    Counter* counter;
    Link<StoppedWait> link = {};
};

class Stop {
 public:
    Stop() = default;
    Stop(const Stop&) = delete;
    Stop& operator=(const Stop&) = delete;

    // Any core: waits that were told of this end with `cancelled`, and so do later ones.
    void request();
    // Any core. Acquire: pairs with the release in request().
    bool requested() const { return requested_.load_acquire() != 0; }
    // Nobody waits with it.
    void reset();

    // ---- for the scheduler ----
    void add(StoppedWait& wait);
    void remove(StoppedWait& wait);

 private:
    SpinLock lock_;
    Atomic<uint32_t> requested_;
    List<StoppedWait, &StoppedWait::link> waits_;
};

}  // namespace weft
