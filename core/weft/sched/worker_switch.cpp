// worker_switch.cpp - leaving a fiber, waiting, waking: the scheduler's half of the wait protocol
// SPDX-License-Identifier: MIT
//
// job/counter.hpp argues the protocol. Here stand who runs next, and what is left to it.
#include <weft/sched/scheduler.hpp>
#include <weft/sched/stop.hpp>
#include <weft/sched/waiters.hpp>

namespace weft {

// On the fiber that was switched to: what the last one could not do on its own stack.
__attribute__((noinline)) void Worker::settle_switch(void* pass) {
    const uintptr_t word = reinterpret_cast<uintptr_t>(pass);
    void* const what = reinterpret_cast<void*>(word & ~uintptr_t(Leftover::tag_bits));
    const Leftover kind = Leftover(word & uintptr_t(Leftover::tag_bits));
    if (kind == Leftover::counter) static_cast<Counter*>(what)->unlock();
    if (kind == Leftover::queue) static_cast<ReadyQueue*>(what)->unlock();
    if (kind == Leftover::home) current()->bring_home(static_cast<Fiber*>(what));
}

Fiber* Worker::resume(Fiber* fiber) {
    figures_.resumptions.add(1);
    (void)found(lane(Priority(fiber->priority)), fiber, Find::fiber);
    return fiber;
}

// Unless a more urgent job is queued.
Fiber* Worker::next_ready() {
    Lane& usual = lanes()[unsigned(Priority::normal)];
    if (!kSmallCode && used_lanes_ == kNormalLane) {
        Fiber* const fiber = usual.jobs_first == 0 ? usual.ready.pop() : nullptr;
        return fiber;
    }
    for (Lane& lane : lanes()) {
        if (lane.jobs_first == 0)
            if (Fiber* fiber = lane.ready.pop()) return fiber;
        if (lane.count() != 0) return nullptr;
    }
    return nullptr;
}

// A ready fiber, or a fresh one; without either, the thread. Fibers that wake each other in turn
// could pass the core on for ever, so now and then a fresh one looks around. That one counts the
// pick itself: counted twice, picks would be odd at every look, and none of them a fair one.
Fiber* Worker::next_fiber() {
    if ((picks_ & (kFairPicks - 1)) != 0 && !spent())
        if (Fiber* ready = next_ready()) {
            picks_++;
            return resume(ready);
        }
    if (Fiber* fresh = pool_.acquire(StackClass::small)) return fresh;
    figures_.no_fiber.add(1);
    tracer_.event(TraceKind::no_memory, running_, 0);
    return &thread_;
}

Fiber* Worker::next_of_thread() {
    Fiber* const next = next_fiber();
    if (next != &thread_ || spent()) return next;
    Fiber* const ready = ready_anywhere();
    if (ready != &thread_) (void)use_lane(Priority(ready->priority));  // what it spawns goes there
    return ready;
}

// No fiber is left to run jobs on. Until one is, whatever was suspended must be able to end, be it
// urgent or not; jobs are for other workers.
Fiber* Worker::ready_anywhere() {
    hand_over();
    expire_timers();
    scheduler_->complete_posts(*this);
    if constexpr (!kOneCore) sent_turn_ = !sent_turn_;
    if (!kOneCore && sent_turn_)
        if (Fiber* fiber = others_.pinned.pop()) return resume(fiber);
    if (const Outside* const given = scheduler_->outside())
        if (Fiber* fiber = given->take_ready(*this)) return resume(fiber);
    const uint32_t workers = kOneCore ? 1 : scheduler_->workers();
    for (unsigned p = kPriorities; p-- > 0;)
        for (uint32_t i = 0; i < workers; i++)
            if (Fiber* fiber = scheduler_->worker(i).lanes()[p].ready.pop()) return resume(fiber);
    Fiber* const fiber = kOneCore ? nullptr : others_.pinned.pop();
    return fiber == nullptr ? &thread_ : resume(fiber);
}

void Worker::gather_fibers() {
    if constexpr (!kOneCore) collect_returned();
    if (pool_.all_in_use(StackClass::small)) (void)pool_.grow_one(StackClass::small);
}

// Told to the timers and to the stop for as long as it lives: once it is gone, neither is between
// finding the waiter and touching it.
class EarlyEnd {
 public:
    EarlyEnd(Scheduler& all, Fiber* fiber, Counter& counter, uint64_t deadline_ns, Stop* stop)
        : timers_(all.timers),
          stop_(stop),
          deadline_{deadline_ns, fiber, &counter},
          wait_{fiber, &counter} {
        if (stop_ != nullptr) stop_->add(wait_);
        if (deadline_ns == port::kNoDeadline) return;
        const bool earlier = deadline_ns < timers_.earliest();
        timers_.add(deadline_);
        if (earlier) all.wake_one(0);  // a sleeper may sleep too long
    }
    ~EarlyEnd() {
        if (deadline_.at_ns != port::kNoDeadline) timers_.remove(deadline_);
        if (stop_ != nullptr) stop_->remove(wait_);
    }
    EarlyEnd(const EarlyEnd&) = delete;
    EarlyEnd& operator=(const EarlyEnd&) = delete;

    // Under the counter's lock: what came before the waiter entered.
    Status came() const {
        if (stop_ != nullptr && stop_->requested()) return Status::cancelled;
        // Relaxed: the counter's lock orders, see Counter::leave().
        return deadline_.passed.load_relaxed() != 0 ? Status::timed_out : Status::ok;
    }

 private:
    Timers& timers_;
    Stop* const stop_;
    Deadline deadline_;
    StoppedWait wait_;
};

Status Worker::block_until(Counter& counter, uint64_t deadline_ns, Stop* stop) {
    Worker* const w = current();
    Fiber* const self = w->running_;
    Counter* const runs_for = w->runs_for_;
    w->prepare_to_leave();
    EarlyEnd early(*w->scheduler_, self, counter, deadline_ns, stop);
    if (!counter.lock_to_wait()) return counter.status();
    if (early.came() != Status::ok) {
        counter.unlock();
        return early.came();
    }
    Counter* waits_for = &counter;
    keep_on_stack(waits_for);
    counter.enter(self);
    w->figures_.suspensions.add(1);
    w->switch_to(w->next_fiber(), leave_behind(&counter, Leftover::counter));
    go_on(runs_for);
    return self->outcome;
}

// Whom to switch to, with a queue's lock to be left behind. Behind the jobs and the fibers that are
// queued in this lane now; and, once in a while, behind whatever find_fairly() finds.
Fiber* Worker::yield_to(void** pass) {
    prepare_to_leave();
    Fiber* const self = running_;
    Lane& lane = *Lane::current();
    ReadyQueue& queue = kOneCore || self->worker == kNoWorker ? lane.ready : others_.pinned;
    const uint32_t jobs = lane.count();
    const bool look_around = (picks_ & (kOutsidePicks - 1)) == 0 || spent();
    figures_.suspensions.add(1);
    queue.lock();
    Fiber* next = jobs == 0 && !look_around ? queue.pop_locked() : nullptr;
    if (next != nullptr) {
        picks_++;
        (void)resume(next);
    } else {
        next = pool_.acquire(StackClass::small);  // counts the pick
        lane.jobs_first = jobs;
    }
    if (next == nullptr) {
        next = &thread_;
        figures_.no_fiber.add(1);
        tracer_.event(TraceKind::no_memory, self, 0);
    }
    queue.push_locked(self);
    if (!kOneCore && &queue == &others_.pinned) attend_to(kPinned);
    *pass = leave_behind(&queue, Leftover::queue);
    return next;
}

void Worker::await_fork(Slot* fork) {
    Counter joined(1);
    fork->counter = &joined;
    SlotState seen = SlotState::started;
    // Acquire and release: publishes the counter; or the result is there. Pairs with the exchange
    // in run_fork().
    if (fork->state.cas_strong_acq_rel(seen, SlotState::waited))
        (void)block(joined);
    else
        (void)joined.subtract(1);
}

// ---- waking ----

void Worker::make_all_ready(const Woken& all) {
    if constexpr (kTrace)
        if (tracer_.on()) trace_wakes(all);
    for (Fiber *at = all.each, *next; at != nullptr; at = next) {
        next = at->next;
        make_ready(at);
    }
    const Crowd& crowd = all.crowd;
    if (!kOneCore && crowd.count != 0)
        use_lane(Priority(crowd.priority)).ready.push_all(crowd.newest, crowd.oldest, crowd.count);
    if (!scheduler_->alone()) scheduler_->wake_one(index_);
}

void Worker::change_lane(Lane& lane) {
    (void)use_lane(lane.priority());
    port::set_current_worker(&lane);
}

void Worker::make_ready(Fiber* fiber) {
    if (fiber->kind == WaiterKind::thread) return WaitingThread::release(fiber);
    if (fiber->kind == WaiterKind::job)
        return WaitingJob::of(fiber)->calls->make_ready(*this, fiber);
    if (!kOneCore && fiber->worker != kNoWorker)
        return scheduler_->worker(fiber->worker).push_pinned(fiber);
    use_lane(Priority(fiber->priority)).ready.push(fiber);
}

}  // namespace weft
