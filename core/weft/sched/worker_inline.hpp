// worker_inline.hpp - running a job and switching fibers, inlined: both stand in loops of a few ns
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/sched/worker.hpp>

namespace weft {

// What a fiber leaves to whoever runs next on its core, in the word that a switch passes on: a
// pointer, and what to do with it in the low bits.
enum class Leftover : uintptr_t {
    counter,  // unlock it: the fiber waits there
    queue,    // unlock it: the fiber stands in it
    home,     // a fiber that another worker's pool made: give it back
    tag_bits = 3,
};

inline void* leave_behind(const void* what, Leftover kind) {
    return reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(what) | uintptr_t(kind));
}

// `this` worker may not be the one that the fiber goes on on.
WEFT_FAST_INLINE void Worker::switch_to(Fiber* next, void* pass) {
    Fiber* const self = running_;
    set_running(next, pass);
    // With one core nobody saw the lock, and all fibers are at home.
    const Resumed resumed = switch_fibers(self, next, kOneCore ? nullptr : pass);
    if (!kOneCore && resumed.pass != nullptr) settle_switch(resumed.pass);
}

WEFT_ALWAYS_INLINE void Worker::set_running(Fiber* next, void* pass) {
    if constexpr (kTrace)
        if (tracer_.on()) trace_switch(next, pass);
    if constexpr (kTracy) tracy_switch(next == &thread_, next->home, next->info->id);
    running_ = next;
}

WEFT_FAST_INLINE void Worker::finish(Counter* counter, Status status) {
    figures_.jobs_completed.add(1);
    if (__builtin_expect(status != Status::ok, 0) && counter != nullptr) counter->fail(status);
    if constexpr (kOneCore) {
        if (counter != nullptr && counter->take_off(1)) make_all_ready(counter->detach_all());
    } else if (__builtin_expect(counter != lease_, 0))
        finish_elsewhere(counter);
}

WEFT_FAST_INLINE void Worker::run_slot(Job* job) {
    if constexpr (kTrace)
        if (tracer_.on()) return run_traced(job);
    run_counted(job);
}

// The job may suspend, and this fiber go on on another worker: nothing is kept across it.
WEFT_ALWAYS_INLINE void Worker::run_counted(Job* job) {
    Counter* const counter = job->counter;
    const Fate fate = begin(counter);
    const Status status = type_of(*job).run(job, fate);
    (kOneCore ? this : current())->finish(counter, status);
}

WEFT_ALWAYS_INLINE Fate Worker::begin(Counter* counter) {
    if (__builtin_expect(!kOneCore && counter != lease_, 0)) take_lease(counter);
    if constexpr (!kOneCore) runs_for_ = counter;
    if (__builtin_expect(counter == nullptr || !counter->cancelled(), 1)) return Fate::run;
    figures_.dropped.add(1);
    return Fate::drop;
}

// Nothing is settled before a fiber goes on: it settles itself, unless it runs a job of the counter
// that this worker holds a lease on.
WEFT_FAST_INLINE Worker::Found Worker::found_fiber(Lane& lane, Fiber* fiber) {
    enter_lane(lane);
    figures_.resumptions.add(1);
    found_++;
    return {fiber, Find::fiber};
}

WEFT_FAST_INLINE Worker::Found Worker::found_job(Lane& lane, Job* job) {
    enter_lane(lane);
    found_++;
    return {job, Find::job};
}

// First thing after a switch back, on whatever worker this is.
WEFT_ALWAYS_INLINE void Worker::go_on(Counter* runs_for) {
    Worker* const w = current();
    if constexpr (kOneCore) return;
    w->runs_for_ = runs_for;
    if (__builtin_expect(!kOneCore && w->lease_ != runs_for, 0)) w->settle();
}

// Before a lock is taken that is held across the switch: making a fiber may take long.
WEFT_FAST_INLINE void Worker::prepare_to_leave() {
    WEFT_REQUIRE(running_ != &thread_);  // waits and yields stand in jobs
    Lane& lane = *Lane::current();
    lane.disturb();
    running_->priority = uint8_t(lane.priority()) & 3;
    if (__builtin_expect(pool_.all_in_use(StackClass::small), 0)) gather_fibers();
}

// `self` stands at the top of its loop: it goes back to the pool, its own worker's. If that is this
// one, at once: only this thread takes fibers from it, and not before the switch.
WEFT_FAST_INLINE void Worker::leave(Fiber* self, Fiber* next) {
    switch_to(next, put_away(self));
}

WEFT_ALWAYS_INLINE void* Worker::put_away(Fiber* self) {
    if (__builtin_expect(!kOneCore && self->home != index_, 0))
        return leave_behind(self, Leftover::home);
    pool_.put_back(self);
    return nullptr;
}

WEFT_FAST_INLINE Status Worker::block(Counter& counter) {
    Worker* const w = current();
    w->prepare_to_leave();
    if (!counter.lock_to_wait()) return counter.status();
    Fiber* const self = w->running_;
    Counter* const runs_for = w->runs_for_;
    Counter* waits_for = &counter;
    keep_on_stack(waits_for);
    if (__builtin_expect(self->worker == kNoWorker, 1))
        counter.enter_crowd(self);
    else
        counter.enter(self);
    w->figures_.suspensions.add(1);
    w->switch_to(w->next_fiber(), leave_behind(&counter, Leftover::counter));
    go_on(runs_for);
    self->state = FiberState::runnable;
    return self->outcome;
}

WEFT_ALWAYS_INLINE void Worker::yield() {
    Worker* const w = current();
    Counter* const runs_for = w->runs_for_;
    void* pass = nullptr;
    Fiber* const next = w->yield_to(&pass);
    w->switch_to(next, pass);
    go_on(runs_for);
}

}  // namespace weft
