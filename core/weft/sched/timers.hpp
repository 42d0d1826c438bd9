// timers.hpp - waits that end at a deadline, earliest first
// SPDX-License-Identifier: MIT
//
// A binary heap over memory handed in: one entry for each fiber that there can be, so it is never
// full. Bounds: O(log n) under a lock. Lock order: this lock, then a counter's.
//
// A waiter adds its entry before it locks its counter, and removes it after its wait, whatever
// ended that. While the lock is held, no other core is between looking at an entry and touching its
// waiter: after remove() nobody will.
#pragma once
#include <weft/base/bytes.hpp>
#include <weft/base/spin_lock.hpp>
#include <weft/job/counter.hpp>

namespace weft {

class Worker;

struct Deadline {
    uint64_t at_ns;
    Fiber* fiber;
    Counter* counter;
    uint32_t place = kNowhere;  // in the heap
    // Set before the waiter is looked for: a waiter that has not entered yet sees it instead.
    Atomic<uint32_t> passed{0};

    static constexpr uint32_t kNowhere = ~0u;
};

class Timers {
 public:
    void init(Span<Deadline*> heap) { heap_ = heap; }

    // A worker, as its fiber is about to wait.
    void add(Deadline& deadline);
    void remove(Deadline& deadline);
    // Any worker: whose deadline has passed by `now_ns`, earliest first, each already out of its
    // counter's list.
    Woken expire(uint64_t now_ns);

    // kNoDeadline: none.
    uint64_t earliest();

    // The same, a moment old, for those who wait without a deadline themselves: linked where
    // somebody has one.
    void expire_used(Worker& worker) {
        if (const Calls* const calls = calls_in_use()) calls->expire(*this, worker);
    }
    uint64_t earliest_used() {
        const Calls* const calls = calls_in_use();
        return calls == nullptr ? port::kNoDeadline : calls->earliest(*this);
    }
    // Relaxed: a look.
    bool empty() const { return count_.load_relaxed() == 0; }

 private:
    struct Calls {
        void (*expire)(Timers& timers, Worker& worker);  // whom it wakes goes on there
        uint64_t (*earliest)(Timers& timers);
    };
    static const Calls kCalls;
    // Acquire: what is there is there whole. Pairs with the release in add().
    const Calls* calls_in_use() const { return empty() ? nullptr : calls_.load_acquire(); }

    void put(uint32_t place, Deadline* deadline);
    void rise(uint32_t place);
    void sink(uint32_t place);
    void take_out(uint32_t place);

    Span<Deadline*> heap_;
    SpinLock lock_;
    Atomic<uint32_t> count_;
    Atomic<const Calls*> calls_;  // since the first add()
};

}  // namespace weft
