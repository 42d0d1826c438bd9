// worker_switch.cpp - leaving a fiber, waiting, waking: the scheduler's half of the wait protocol
// SPDX-License-Identifier: MIT
//
// job/counter.hpp argues the protocol. Here stand who runs next, and what is left to it.
#include <weft/sched/scheduler.hpp>
#include <weft/sched/waiters.hpp>

namespace weft {

// On the fiber that was switched to: what the last one could not do on its own stack.
__attribute__((noinline)) void Worker::settle_switch(void* pass) {
    const uintptr_t word = reinterpret_cast<uintptr_t>(pass);
    void* const what = reinterpret_cast<void*>(word & ~uintptr_t(Leftover::tag_bits));
    const Leftover kind = Leftover(word & uintptr_t(Leftover::tag_bits));
    if (kind == Leftover::counter) static_cast<Counter*>(what)->unlock();
    if (kind == Leftover::queue) static_cast<ReadyQueue*>(what)->unlock();
    if (kind == Leftover::home) {
        Fiber* const fiber = static_cast<Fiber*>(what);
        static_cast<Worker*>(fiber->info->owner)->return_home(fiber);
    }
}

// A ready fiber unless a more urgent job is queued, or a fresh one; without either, the thread.
Fiber* Worker::next_fiber() {
    settle();
    for (Lane& lane : lanes_) {
        if (Fiber* fiber = lane.jobs_first == 0 ? lane.ready.pop() : nullptr) {
            figures_.resumptions.add(1);
            enter_lane(lane);
            return fiber;
        }
        if (lane.count() != 0) break;
    }
    collect_returned();
    if (Fiber* fresh = pool_.acquire(StackClass::small)) return fresh;
    figures_.no_fiber.add(1);
    return &thread_;
}

// Before a lock is taken that is held across the switch: making a fiber may take long.
void Worker::prepare_to_leave() {
    WEFT_REQUIRE(running_ != &thread_);  // waits and yields stand in jobs
    settle();
    Lane& lane = *Lane::current();
    lane.disturb();
    running_->priority = uint8_t(lane.priority()) & 3;
    figures_.suspensions.add(1);
    collect_returned();
    if (pool_.all_in_use(StackClass::small)) (void)pool_.grow_one(StackClass::small);
}

Status Worker::block_until(Counter& counter, uint64_t deadline_ns) {
    Worker* const w = current();
    Fiber* const self = w->running_;
    Scheduler& all = *w->scheduler_;
    w->prepare_to_leave();
    Deadline deadline{deadline_ns, self, &counter};
    const bool earlier = deadline_ns < all.timers.earliest();
    all.timers.add(deadline);
    if (earlier) all.wake_one();  // a sleeper may sleep too long
    if (!counter.lock_to_wait()) {
        all.timers.remove(deadline);
        return counter.status();
    }
    // Relaxed: the counter's lock orders, see Counter::leave().
    if (deadline.passed.load_relaxed() != 0) {
        counter.unlock();
        return Status::timed_out;
    }
    counter.enter(self);
    w->switch_to(w->next_fiber(), leave_behind(&counter, Leftover::counter));
    all.timers.remove(deadline);
    return self->outcome;
}

// Whom to switch to, with a queue's lock to be left behind; null: nothing older is here. Behind the
// jobs and the fibers that are queued in this lane now; and, once in a while, behind whatever
// find_fairly() finds.
Fiber* Worker::yield_to(void** pass) {
    prepare_to_leave();
    Fiber* const self = running_;
    Lane& lane = *Lane::current();
    ReadyQueue& queue = self->worker == kNoWorker ? lane.ready : pinned_;
    const uint32_t jobs = lane.count();
    queue.lock();
    Fiber* next = jobs == 0 && (++picks_ & 15) != 0 ? queue.pop_locked() : nullptr;
    if (next == nullptr) {
        next = pool_.acquire(StackClass::small);
        lane.jobs_first = jobs;
    } else {
        figures_.resumptions.add(1);
    }
    if (next == nullptr) {
        queue.unlock();
        figures_.no_fiber.add(1);
        return nullptr;
    }
    queue.push_locked(self);
    if (&queue == &pinned_) attend_to(kPinned);
    *pass = leave_behind(&queue, Leftover::queue);
    return next;
}

bool Worker::fetch_fork(Slot* fork) {
    Lane* const lane = Lane::current();
    if (lane->holds(fork) && lane->take_back(fork)) return true;
    Counter joined(1);
    fork->counter = &joined;
    SlotState seen = SlotState::queued;
    // Acquire and release: publishes the counter; or the result is there. Pairs with the exchange
    // in run_claimed().
    if (fork->state.cas_strong_acq_rel(seen, SlotState::waited))
        (void)block(joined);
    else
        (void)joined.subtract(1);
    return false;
}

// ---- waking ----

void Worker::wake(Woken all) {
    if (all == nullptr) return;
    while (all != nullptr) {
        Fiber* const next = all->next;
        make_ready(all);
        all = next;
    }
    if (!scheduler_->alone()) scheduler_->wake_one();
}

void Worker::make_ready(Fiber* fiber) {
    if (fiber->kind == WaiterKind::thread) return WaitingThread::release(fiber);
    if (fiber->worker != kNoWorker) return scheduler_->worker(fiber->worker).push_pinned(fiber);
    lanes_[fiber->priority].ready.push(fiber);
}

}  // namespace weft
