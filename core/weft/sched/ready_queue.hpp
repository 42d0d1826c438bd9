// ready_queue.hpp - fibers that may go on, of one worker and priority, oldest first
// SPDX-License-Identifier: MIT
//
// The owner pushes, everybody may pop. The lock is held for a few instructions; a yielding fiber
// leaves its stack still holding it, as with a counter (job/counter.hpp), so that nobody takes it
// before its registers are saved. With one worker there is nobody else, and no lock.
#pragma once
#include <weft/base/atomic.hpp>
#include <weft/base/list.hpp>
#include <weft/fiber/fiber.hpp>

namespace weft {

// With one core there is no lock at all.
template <bool kNone>
struct QueueLock {
    Atomic<uint32_t> locked_;
    bool alone_ = false;
};
template <>
struct QueueLock<true> {
    static inline Atomic<uint32_t> locked_;
    static inline bool alone_ = true;
};

// Of fibers that are linked already.
inline Fiber* last_of(Fiber* first) {
    while (first->next != nullptr)
        first = first->next;
    return first;
}

class ReadyQueue : private QueueLock<kOneCore> {
 public:
    void init(bool alone) {
        if constexpr (!kOneCore) alone_ = alone;
    }

    // Any core, a moment old.
    // Relaxed: a look; the lock decides.
    uint32_t count() const { return count_.load_relaxed(); }
    bool empty() const { return count() == 0; }

    WEFT_ALWAYS_INLINE void lock() {
        if (kOneCore || alone_) return;
        // Acquire: the chain is as the last holder left it. Pairs with the release in unlock().
        while (locked_.exchange_acquire(1) != 0) {
            // Relaxed: only a look.
            while (locked_.load_relaxed() != 0)
                port::cpu_relax();
        }
    }
    bool try_lock() {
        // Relaxed: only a look.
        if (alone_ || locked_.load_relaxed() != 0) return alone_;
        // Acquire: as in lock(). Pairs with the release in unlock().
        return locked_.exchange_acquire(1) == 0;
    }
    WEFT_ALWAYS_INLINE void unlock() {
        // Release: publishes the chain, and what the fibers in it did. Pairs with lock().
        if (!kOneCore && !alone_) locked_.store_release(0);
    }

    // Under the lock.
    WEFT_ALWAYS_INLINE void push_locked(Fiber* fiber) {
        fibers_.push_back(fiber);
        // Relaxed: changed under the lock.
        count_.store_relaxed(count_.load_relaxed() + 1);
    }
    WEFT_ALWAYS_INLINE Fiber* pop_locked() {
        Fiber* const fiber = fibers_.pop_front();
        // Relaxed: changed under the lock.
        if (fiber != nullptr) count_.store_relaxed(count_.load_relaxed() - 1);
        return fiber;
    }

    WEFT_FAST_INLINE void push(Fiber* fiber) {
        lock();
        push_locked(fiber);
        unlock();
    }
    // Linked already; one lock for all of them.
    void push_all(Fiber* first, Fiber* last, uint32_t count) {
        lock();
        fibers_.push_back_all(first, last);
        // Relaxed: changed under the lock.
        count_.store_relaxed(count_.load_relaxed() + count);
        unlock();
    }
    // The older half, rounded up, but `most` at the most, linked; null: none, or another is at it.
    // For thieves, who have other places to look at.
    Fiber* pop_half(uint32_t most, uint32_t* count) {
        *count = 0;
        if (empty()) return nullptr;
        if (!try_lock()) {
            port::cpu_relax();  // who comes back at once must not keep the holder from its core
            return nullptr;
        }
        // Relaxed: changed under the lock.
        const uint32_t half = (count_.load_relaxed() + 1) / 2;
        const uint32_t wanted = half < most ? half : most;
        Fiber* const first = fibers_.front();
        Fiber* last = first;
        while (*count < wanted) {
            last = fibers_.pop_front();
            ++*count;
        }
        if (last != nullptr) last->next = nullptr;
        // Relaxed: changed under the lock.
        count_.store_relaxed(count_.load_relaxed() - *count);
        unlock();
        return *count == 0 ? nullptr : first;
    }
    WEFT_FAST_INLINE Fiber* pop() {
        if (empty()) return nullptr;
        lock();
        Fiber* const fiber = pop_locked();
        unlock();
        return fiber;
    }

 private:
    Chain<Fiber, &Fiber::next> fibers_;
    Atomic<uint32_t> count_;
};

}  // namespace weft
