// counter.cpp - the states of a counter's word
// SPDX-License-Identifier: MIT
#include <weft/job/counter.hpp>

namespace weft {

// Bounded by the holder's few instructions; on a host, by when it gets its CPU back.
uint32_t Counter::wait_while_locked(uint32_t seen) const {
    while ((seen & kLocked) != 0) {
        port::cpu_relax();
        // Relaxed: the swap that follows decides.
        seen = word_.load_relaxed();
    }
    return seen;
}

void Counter::add(uint32_t count) {
    if constexpr (kOneCore) {
        // Relaxed: as below.
        const uint32_t before = word_.fetch_add_relaxed(count * kOne);
        if (__builtin_expect(count > kMostCount - count_of(before), 0)) refuse(0 - count);
        return;
    }
    // Relaxed: the swap decides.
    uint32_t seen = word_.load_relaxed();
    do {
        seen = wait_while_locked(seen);
        WEFT_REQUIRE(count <= kMostCount - count_of(seen));  // counts more than a word can hold
        // Relaxed: who adds hands the work over by some release of its own.
    } while (!word_.cas_weak_relaxed(seen, seen + count * kOne));
}

Woken Counter::subtract(uint32_t count) {
    if constexpr (kOneCore) return take_off(count) ? detach_all() : Woken();
    // Relaxed: the swap decides.
    uint32_t seen = word_.load_relaxed();
    uint32_t next;
    do {
        seen = wait_while_locked(seen);
        WEFT_REQUIRE(count_of(seen) >= count);  // decremented more often than incremented
        next = seen - count * kOne;
        if (next == kWaiters) next = kLocked;
        // Acquire and release: publishes the caller's writes to who sees zero, and gathers those of
        // earlier decrements for the waiters. Pairs with complete(), and with itself.
    } while (!word_.cas_weak_acq_rel(seen, next));
    return next == kLocked ? detach_all() : Woken();
}

// The count changed before anybody looked whether it may: back to where it was.
__attribute__((noinline, cold)) void Counter::refuse(uint32_t taken) {
    // Relaxed: it ends here.
    word_.fetch_add_relaxed(taken * kOne);
    WEFT_REQUIRE(false);  // more than a word can hold, or below zero
}

// With one core, where a count changes at once, and nobody is inside: whether the last waiters are
// to be detached.
bool Counter::take_off(uint32_t count) {
    // Release: as above. Pairs with complete().
    const uint32_t before = word_.fetch_sub_release(count * kOne);
    if (__builtin_expect(count_of(before) < count, 0)) refuse(count);
    return before == count * kOne && first_ != nullptr;
}

Woken Counter::detach_all() {
    Woken all;
    all.each = first_;
    if constexpr (!kOneCore) all.crowd = crowd;
    const Status outcome = status();
    for (Fiber* at = first_; at != nullptr; at = at->next) {
        at->state = FiberState::runnable;
        at->outcome = outcome;
    }
    if (!kOneCore && outcome != Status::ok)
        for (Fiber* at = crowd.newest; at != nullptr; at = at->next)
            at->outcome = outcome;
    first_ = last_ = nullptr;
    if constexpr (!kOneCore) crowd = Crowd();
    // Release: the last touch. Pairs with the acquire in complete(), and with the next lock.
    if constexpr (!kOneCore) word_.store_release(0);
    return all;
}

__attribute__((noinline)) bool Counter::lock_slowly() {
    for (;;) {
        // Relaxed: the swap decides, or complete() does.
        uint32_t seen = wait_while_locked(word_.load_relaxed());
        if (seen == 0) {
            if (complete()) return false;
            continue;
        }
        // Acquire: the list is as its last holder left it. Pairs with the release in unlock().
        if (word_.cas_weak_acquire(seen, seen | kFlags)) return true;
    }
}

void Counter::enter(Fiber* waiter) {
    waiter->state = FiberState::waiting;
    waiter->next = nullptr;
    waiter->previous = last_;
    (last_ == nullptr ? first_ : last_->next) = waiter;
    last_ = waiter;
}

// Locks in any case: a waiter that is about to enter either sees what the caller did before this,
// or is found here.
bool Counter::leave(Fiber* waiter) {
    // Relaxed: the swap decides.
    uint32_t seen = word_.load_relaxed();
    if constexpr (!kOneCore) do {
            seen = wait_while_locked(seen);
            // Acquire and release: the list is as its last holder left it, and what the caller did
            // before is visible to who locks next. Pairs with unlock(), and with lock_to_wait().
        } while (!word_.cas_weak_acq_rel(seen, seen | kLocked));
    const bool here = waiter->state == FiberState::waiting;
    if (here) {
        waiter->state = FiberState::runnable;
        (waiter->previous == nullptr ? first_ : waiter->previous->next) = waiter->next;
        (waiter->next == nullptr ? last_ : waiter->next->previous) = waiter->previous;
    }
    unlock();
    return here;
}

void Counter::fail(Status status) {
    if (status == Status::ok) return;
    // Relaxed: the swap decides.
    uint32_t seen = outcome_.load_relaxed();
    while ((seen & 0xff) == 0) {
        // Relaxed: the decrement that follows publishes it.
        if (outcome_.cas_weak_relaxed(seen, seen | uint32_t(status))) return;
    }
}

void Counter::cancel() {
    fail(Status::cancelled);
    // Relaxed: jobs that start meanwhile run; a later look finds it.
    outcome_.fetch_or_relaxed(kCancelled);
}

void Counter::reset() {
    WEFT_REQUIRE(complete());  // jobs of the counter still run, or somebody waits
    // Relaxed: nobody uses a complete counter at the same time.
    outcome_.store_relaxed(0);
}

bool Counter::post(uint32_t count) {
    // Acquire and release: publishes the caller's writes; and who hands the counter over anew
    // writes its link after the last one to walk the list has read it. Pairs with take_posts().
    return posts_.fetch_add_acq_rel(count) == 0;
}

Woken Counter::take_posts() {
    // Acquire and release: the posters' writes are here, and this core is done with the link. Pairs
    // with post(). From here on a new post hands the counter over anew.
    return subtract(posts_.exchange_acq_rel(0));
}

bool Counter::invariants_hold() const {
    // Relaxed: for quiet moments.
    const uint32_t word = word_.load_relaxed();
    const bool waiters = (word & kWaiters) != 0;
    const Fiber* last = nullptr;
    for (const Fiber* at = first_; at != nullptr; at = at->next) {
        if (at->state != FiberState::waiting || at->previous != last) return false;
        last = at;
    }
    const bool somebody = first_ != nullptr || crowd.count != 0;
    return last == last_ && (kOneCore || waiters == somebody) &&
           (!somebody || count_of(word) != 0) && crowd_agrees();
}

bool Counter::crowd_agrees() const {
    uint32_t count = 0;
    const Fiber* last = nullptr;
    for (const Fiber* at = crowd.newest; at != nullptr; at = at->next) {
        if (at->state != FiberState::waiting || at->priority != crowd.priority) return false;
        last = at;
        count++;
    }
    return count == crowd.count && (count == 0 || last == crowd.oldest);
}

}  // namespace weft
