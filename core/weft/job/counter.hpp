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
// Most waiters are of the crowd: they move together, in a few steps however many they are. So each
// has its outcome already when it enters, unless the counter failed, and says itself that it runs
// again.
//
// Who may call: any core. Interrupts and signal handlers: post() only, which is wait-free and takes
// no lock; a worker completes it. Progress: lock-free but for the lock. Memory: a decrement
// releases the caller's writes, and a wait acquires those of all decrements.
#pragma once
#include <weft/base/atomic.hpp>
#include <weft/base/checked.hpp>
#include <weft/fiber/fiber.hpp>

namespace weft {

constexpr uint32_t kMostCount = (1u << 30) - 1;

// Fibers that are made ready together without a look at each: any worker may run them, they are of
// one priority, and only zero ends their wait. Newest first, so that who comes touches no other.
struct Crowd {
    Fiber* newest = nullptr;
    Fiber* oldest = nullptr;
    uint32_t count = 0;
    uint8_t priority = 0;
};

// With one core, where a look costs little, all waiters stand in one list, and there is no crowd.
template <bool kNone>
struct CrowdOf {
    Crowd crowd;
};
template <>
struct CrowdOf<true> {
    static inline Crowd crowd;
};

// Who left a counter together, linked by `next`: whoever gets them makes all ready.
struct Woken : CrowdOf<kOneCore> {
    Fiber* each = nullptr;  // oldest first

    bool any() const { return each != nullptr || (!kOneCore && crowd.count != 0); }
};

class alignas(port::kCacheLine) Counter : private CrowdOf<kOneCore> {
 public:
    explicit Counter(uint32_t count = 0) : word_(count << 2) { WEFT_REQUIRE(count <= kMostCount); }
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
    // The same in two steps, with one core: whether there is somebody to detach.
    [[nodiscard]] bool take_off(uint32_t count);
    Woken detach_all();

    // Locked for a waiter to enter, or false: complete.
    WEFT_ALWAYS_INLINE bool lock_to_wait() {
        if constexpr (kOneCore) return !complete();
        // Relaxed: the swap decides.
        uint32_t seen = word_.load_relaxed();
        const bool open = seen >= kOne && (seen & kLocked) == 0;
        // Acquire: the list is as its last holder left it. Pairs with the release in unlock().
        return (open && word_.cas_weak_acquire(seen, seen | kFlags)) || lock_slowly();
    }
    // Under the lock: anybody.
    void enter(Fiber* waiter);
    // Under the lock: a fiber that any worker may run, and that will not leave().
    WEFT_ALWAYS_INLINE void enter_crowd(Fiber* fiber) {
        if constexpr (kOneCore) return enter(fiber);
        if (crowd.count++ == 0) {
            crowd.oldest = fiber;
            crowd.priority = fiber->priority;
        } else if (__builtin_expect(crowd.priority != fiber->priority, 0)) {
            crowd.count--;
            return enter(fiber);
        }
        fiber->state = FiberState::waiting;
        fiber->outcome = Status::ok;
        fiber->next = crowd.newest;
        crowd.newest = fiber;
    }
    WEFT_ALWAYS_INLINE void unlock() {
        if constexpr (kOneCore) return;
        // Relaxed: nobody else changes a locked word.
        const uint32_t count = word_.load_relaxed() & ~kFlags;
        const bool nobody = crowd.count == 0 && first_ == nullptr;
        // Release: the list, and the registers of the fiber that went to sleep. Pairs with the
        // acquires in lock_to_wait(), leave() and subtract().
        word_.store_release(count | (nobody ? 0 : kWaiters));
    }
    // Any core: removes this waiter if it is still in the list. None of the crowd.
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
    bool lock_slowly();
    void refuse(uint32_t taken);
    bool crowd_agrees() const;

    Atomic<uint32_t> word_;
    Atomic<uint32_t> outcome_{0};
    Atomic<uint32_t> posts_{0};
    Fiber* first_ = nullptr;  // of those who are not of the crowd
    Fiber* last_ = nullptr;

#if WEFT_CHECKED
 public:
    // Panics while it counts anything: somebody would touch it later. Plain builds have no
    // destructor, which a counter in static memory would drag a library in for.
    ~Counter() {
        WEFT_REQUIRE(complete());
    }
#endif
};

}  // namespace weft
