// counter.hpp - how much is still to be done, and who waits until it is: the one wait protocol
// SPDX-License-Identifier: MIT
//
//   word:  | count ............................ | waiters | locked |
//
//             decrement, others left                     decrement to zero, nobody waits
//        n ------------------------------> n-1         1 -------------------------> 0
//             wait                    unlock              decrement to zero, somebody waits
//        n ----------> n,waiters,locked ------> n,waiters ---> 0,locked --detach--> 0
//
// A counter is complete when its word is zero: nothing to do, nobody to wake, nobody inside. The
// swap that makes it so, or the store of zero after the waiters were detached, is the signaller's
// last touch: whoever sees zero may destroy the counter at once.
//
// The lock guards the list of waiters. It is held for a few dozen instructions, never across a call
// out, with one exception that is the heart of the protocol: a fiber that goes to sleep takes the
// lock, enters itself, and leaves its stack still holding it; whoever runs next on that core
// unlocks. So nobody can wake a fiber whose registers are not saved yet, and no second state is
// needed to say so. A waiter is found by exactly one side: who unlinks it under the lock wakes it.
//
// A wait ends in one of three ways, each of which unlinks under the lock: zero (the signaller), a
// deadline (Timers), a stop (Stop). The last two hold their own lock around this one.
//
// Who may call: any core. Interrupts and signal handlers: post() only, which is wait-free and takes
// no lock; a worker completes it. Progress: lock-free but for the lock. Memory: a decrement
// releases the caller's writes, and a wait acquires those of all decrements.
#pragma once
#include <weft/base/atomic.hpp>
#include <weft/fiber/fiber.hpp>

namespace weft {

constexpr uint32_t kMostCount = (1u << 30) - 1;

// Fibers that left a list together, linked by `next`: whoever gets them makes each ready.
using Woken = Fiber*;

class alignas(port::kCacheLine) Counter {
 public:
    explicit Counter(uint32_t count = 0) : word_(count << 2) { WEFT_REQUIRE(count <= kMostCount); }
    // Panics while it counts anything: somebody would touch it later.
    ~Counter() { WEFT_REQUIRE(complete()); }
    Counter(const Counter&) = delete;
    Counter& operator=(const Counter&) = delete;

    // What is still counted; batches that a worker has borrowed and not yet used are included.
    // Relaxed: a look.
    uint32_t count() const { return count_of(word_.load_relaxed()); }
    // Acquire: whoever sees it sees what was done before. Pairs with the releases in subtract() and
    // publish_detached().
    bool complete() const { return word_.load_acquire() == 0; }

    // The first failure since the last reset, or ok. `cancelled` if there was none before cancel().
    Status status() const { return Status(outcome() & 0xff); }
    // Jobs of this counter that have not started will not; those that run may ask.
    void cancel();
    bool cancelled() const { return (outcome() & kCancelled) != 0; }
    // Remembers the first failure; ok is none.
    void fail(Status status);
    // Forgets failures and cancellation. Panics unless complete.
    void reset();

    // ---- for the scheduler (sched/wait.hpp, sched/worker.hpp) ----

    // Panics when the count would pass kMostCount.
    void add(uint32_t count);
    // Panics when the count would fall below zero. Returns whom to make ready.
    [[nodiscard]] Woken subtract(uint32_t count);

    // Locked for a waiter to enter, or false: complete.
    bool lock_to_wait();
    // Under the lock.
    void enter(Fiber* waiter);
    void unlock();
    // Any core: locks if somebody waits, and removes this waiter if it is still in the list.
    bool leave(Fiber* waiter);

    // Interrupts and signal handlers: `count` less, later. True if the counter must be handed to a
    // worker, by its `posted` link; nobody completes it before that.
    [[nodiscard]] bool post(uint32_t count);
    [[nodiscard]] Woken take_posts();

    Counter* posted = nullptr;

    bool invariants_hold() const;

 private:
    static constexpr uint32_t kLocked = 1, kWaiters = 2, kOne = 4, kFlags = kLocked | kWaiters;
    static constexpr uint32_t kCancelled = 1u << 8;

    static uint32_t count_of(uint32_t word) { return word >> 2; }
    // Relaxed: read by those who know of the failure or cancellation some other way, or may be
    // late.
    uint32_t outcome() const { return outcome_.load_relaxed(); }
    uint32_t wait_while_locked(uint32_t seen) const;
    Woken detach_all();

    Atomic<uint32_t> word_;
    Atomic<uint32_t> outcome_{0};
    Atomic<uint32_t> posts_{0};
    Fiber* first_ = nullptr;
    Fiber* last_ = nullptr;
};

}  // namespace weft
