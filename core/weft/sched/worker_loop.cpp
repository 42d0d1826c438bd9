// worker_loop.cpp - a worker's life: the loop of its fibers, and the thread that hands it the core
// SPDX-License-Identifier: MIT
#include <weft/sched/scheduler.hpp>

namespace weft {

// What a fiber finds most of the time: a ready fiber, or the newest job, of the only lane in use.
// Every so many picks, and for everything else, find() looks.
WEFT_ALWAYS_INLINE Worker::Found Worker::find_next() {
    if constexpr (kSmallCode) return find(room_);
    // Relaxed: attend() looks again.
    const bool sent = attention_.load_relaxed() != 0 || scheduler_->posts_wait();
    if (__builtin_expect(sent || used_lanes_ != kNormalLane, 0)) return find(room_);
    Lane& lane = lanes_[unsigned(Priority::normal)];
    if ((picks_ & (kOutsidePicks - 1)) == 0) return find(room_);
    if (lane.jobs_first == 0) {
        if (Fiber* const fiber = lane.ready.pop()) {
            picks_++;
            return found_fiber(lane, fiber);
        }
    }
    Slot* const job = lane.pop_plain();
    if (job == nullptr) return find(room_);
    if (lane.jobs_first != 0) lane.jobs_first--;
    picks_++;
    return found_job(lane, job);
}

WEFT_ALWAYS_INLINE bool Worker::is_special(const Job& job) const {
    if constexpr (kTrace)
        if (tracer_.on()) return true;
    return wants_large(job) || (!kOneCore && wants_worker(job));
}

// One round of a fiber that stands at the top of its loop. The worker is asked for anew each time:
// a job may have gone to sleep here and gone on elsewhere. All that switches is inlined here.
WEFT_ALWAYS_INLINE void Worker::loop(Fiber* self) {
    Worker* const w = current();
    if (__builtin_expect(w->must_return(), 0)) return w->leave(self, &w->thread_);
    const Found next = w->find_next();
    if (next.kind() == Find::nothing) return w->idle();
    if (__builtin_expect(next.kind() == Find::fork, 0))
        return type_of(*static_cast<Slot*>(next.what())).fork(static_cast<Slot*>(next.what()));
    Job* const job = next.kind() == Find::job ? static_cast<Job*>(next.what()) : nullptr;
    if (job != nullptr && __builtin_expect(w->is_special(*job), 0))
        return w->run_special(self, job);
    w->enter(self, job, job == nullptr ? static_cast<Fiber*>(next.what()) : nullptr);
}

// A job is run; or, if it is null, a fiber resumed, for which this one goes back to the pool. Both
// by one instruction, and so in one place: the port says why.
WEFT_ALWAYS_INLINE void Worker::enter(Fiber* self, Job* job, Fiber* next) {
    if constexpr (kSmallCode && kOneCore) return job != nullptr ? run_slot(job) : leave(self, next);
    JobRun run = nullptr;
    Fate fate = Fate::run;
    Counter* counter = nullptr;
    void* pass = nullptr;
    port::Context* to = nullptr;
    if (job != nullptr) {
        run = type_of(*job).run;
        counter = job->counter;
        fate = begin(counter);
    } else {
        pass = put_away(self);
        set_running(next, pass);
        before_switch(*self, *next);
        to = &next->context;
    }
    const port::Entered entered = port::call_or_switch(run, job, fate, &self->context, to, pass);
    if (entered.self == nullptr) return current()->finish(counter, Status(uint8_t(entered.result)));
    port::tool_after_switch(fiber_of(entered.self)->info->tool);
    if (!kOneCore && entered.pass != nullptr) settle_switch(entered.pass);
}

void Worker::fiber_main(port::Context* context, void* pass) {
    Fiber* self = fiber_of(context);
    port::tool_after_switch(self->info->tool);
    if (!kOneCore && pass != nullptr) settle_switch(pass);
    if (self->stack_class == StackClass::large) type_of(current()->room_).large->main(self);
    for (;;)
        loop(self);
}

// Nothing is owed by a worker that is away.
bool Worker::must_return() {
    if (!stopping_ && !spent()) return false;
    settle();
    return true;
}

void Worker::adopt_thread() {
    WEFT_REQUIRE(current() == nullptr);  // this thread runs a worker already
    (void)settle_in();                   // what it could not make is counted
    port::tool_adopt_thread(thread_info_.tool);
    port::set_current_worker(&lane(Priority::normal));
}

// The thread's own stack runs no jobs: it hands the core to fibers, and keeps it while there is
// none to be had.
void Worker::serve() {
    adopt_thread();
    stopping_ = false;
    while (!stopping_) {
        Fiber* const next = next_of_thread();
        if (next != &thread_)
            switch_to(next, nullptr);
        else
            idle();
        attend();
    }
    hand_over();
    port::set_current_worker(nullptr);
}

uint32_t Worker::pump(uint32_t budget) {
    adopt_thread();
    pumping_ = true;
    stopping_ = false;
    budget_ = budget;
    pumped_from_ = found_;
    expire_timers();
    Fiber* const next = next_of_thread();
    if (next != &thread_) switch_to(next, nullptr);
    pumping_ = false;
    hand_over();
    port::set_current_worker(nullptr);
    return found_ - pumped_from_;
}

// Whoever runs no jobs for a while keeps none to itself.
void Worker::hand_over() {
    settle();
    send_home();
    if (scheduler_->alone()) return;
    for (Lane& lane : lanes_)
        lane.share(0);
    if (!nothing_queued()) scheduler_->wake_one(index_);
}

}  // namespace weft
