// worker.cpp - a worker's layout, its leases, how it runs jobs
// SPDX-License-Identifier: MIT
#include <weft/sched/scheduler.hpp>

namespace weft {
namespace {

constexpr uint32_t kBorrow = 256;    // units of a counter at a time
constexpr uint32_t kMakeWay = 64;    // jobs that are run when the deque is full
constexpr uint32_t kShareFrom = 32;  // private jobs, from which on older ones are shared unasked
constexpr uint32_t kKeepPrivate = 16;
constexpr uint32_t kSharedEnough = 64;
constexpr uint32_t kFirstFibers = 2;

template <class T>
Span<T> array_at(Bytes part, size_t offset, uint32_t count) {
    return {reinterpret_cast<T*>(part.data + offset), count};
}

}  // namespace

Status Worker::init(Scheduler& scheduler, uint32_t index, const StoragePlan& plan, Bytes part) {
    const Config& config = plan.config;
    const Footprint& place = plan.at;
    scheduler_ = &scheduler;
    index_ = index;
    turn_ = index * 0x9e3779b9u;
    const uint32_t crowd = scheduler.alone() ? kMostSlots : kShareFrom;
    if constexpr (!kOneCore) idle_spins_ = config.idle_spins();
    large_stacks_ = config.large_limit() != 0;
    size_t slots = place.slots_offset;
    for (unsigned p = 0; p < kPriorities; p++) {
        const bool normal = Priority(p) == Priority::normal;
        const uint32_t count = normal ? config.job_slots() : side_slots(config);
        lanes_[p].init(array_at<Slot>(part, slots, count), crowd);
        lanes_[p].ready.init(scheduler.alone());
        lanes_[p].worker = this;
        lanes_[p].traits = plain_traits(Priority(p));
        slots += size_t(count) * sizeof(Slot);
    }
    (void)prefault(part.part(place.inbox_offset, place.worker_offset - place.inbox_offset));
    inbox_.init(array_at<Injector::Cell>(part, place.inbox_offset, config.injector_slots()));
    start_trace(plan, part);
    thread_.info = &thread_info_;
    thread_info_.name = "(thread)";
    thread_info_.owner = this;
    running_ = &thread_;
    const bool first = index == 0;  // the handler is everybody's
    if (kPaged && first && config.guard() == StackGuard::page)
        port::watch_stack_faults(on_stack_fault);
    keep_fibers_ = config.small_initial();
    keep_large_ = config.large_initial();
    trim_after_ms_ = config.trim_after_ms();
    return pool_.open(plan, part, fiber_main, this, uint16_t(index));
}

// Two fibers, and the others in idle moments: the first jobs need not wait for them.
Status Worker::settle_in() {
    if (settled_) return Status::ok;
    settled_ = true;
    if constexpr (kSmallCode && !kPaged) return Status::ok;  // made when they are needed
    Status status = Status::ok;
    for (uint32_t i = 0; i < kFirstFibers && i < keep_fibers_ && status == Status::ok; i++)
        status = pool_.grow_one(StackClass::small);
    return status;
}

void Worker::shutdown() {
    collect_returned();
    pool_.abandon();
}

// No worker runs any more. The closures of jobs that never will are destroyed.
size_t Worker::drop_queued() {
    port::set_current_worker(&lane(Priority::normal));
    size_t dropped = 0;
    Job room;
    for (Lane& lane : lanes_) {
        for (;;) {
            const Found left = find_left(lane, room);
            if (!left.any()) break;
            Job& job = *static_cast<Job*>(left.what());
            dropped += &type_of(job) != &kFarFork;
            (void)drop(job);
        }
    }
    for (; inbox_.pop(&room); dropped++)
        (void)drop(room);
    port::set_current_worker(nullptr);
    return dropped;
}

// Forks are not counted: their parents are suspended, and are.
Worker::Found Worker::find_left(Lane& lane, Job& room) {
    for (;;) {
        if (Slot* job = lane.pop_job()) {
            copy_job(room, *job);
            return {&room, Find::job};
        }
        const Found old = oldest(lane, room);
        if (old.kind() != Find::fork) return old;
    }
}

void Worker::on_stack_fault(uintptr_t address) {
    const Worker* worker = current();
    if (worker == nullptr) return;
    const Scheduler& all = worker->scheduler();
    for (uint32_t i = 0; i < all.workers(); i++) {
        const FiberPool& pool = all.worker(i).pool_;
        const Fiber* fiber = pool.owner_of(address);
        if (fiber != nullptr && pool.in_guard(*fiber, address)) report_overflow(*fiber, address);
    }
}

// ---- leases ----

// A batch, and one unit of it.
void Worker::borrow(Counter& counter) {
    if (lease_ != &counter) take_lease(&counter);
    uintptr_t batch = ended_since_settled();
    if (batch == 0) {
        batch = kBorrow;
        counter.add(kBorrow);
    }
    settled_at_ = figures_.jobs_completed.value();
    figures_.local_pushes.add(batch);
    spare_.set(batch - 1);
}

void Worker::settle_lease() {
    Counter* const counter = lease_;
    const uintptr_t spare = spare_.value();
    const uintptr_t owed = spare + ended_since_settled();
    lease_ = nullptr;
    spare_.set(0);
    figures_.local_pushes.add(0 - spare);
    if (owed == 0) return;
    figures_.settlements.add(1);
    wake(counter->subtract(uint32_t(owed)));
}

void Worker::take_lease(Counter* counter) {
    settle();
    lease_ = counter;
    settled_at_ = figures_.jobs_completed.value();
}

// The job ended on another worker than it began on, or another counter's came in between. It has
// been counted, but not for the lease that ends here.
void Worker::finish_elsewhere(Counter* counter) {
    settled_at_++;
    take_lease(counter);
    settled_at_--;
}

// ---- running ----

void Worker::begin_in_place(Counter* counter) {
    figures_.run_in_place.add(1);
    if (kOneCore) return;
    if (counter != nullptr) figures_.local_pushes.add(~uintptr_t(0));  // its unit was to be pushed
    if (counter != lease_) take_lease(counter);
}

void Worker::end_in_place(Counter* counter, Status status) {
    current()->finish(counter, status);
}

bool Worker::fits_here(const Job& job, const Fiber* self) {
    return !wants_large(job) || self->stack_class == StackClass::large;
}

void Worker::run_special(Fiber* self, Job* job) {
    if (!fits_here(*job, self)) return type_of(*job).large->hand_over(*this, self, job);
    if (!kOneCore && wants_worker(*job)) return run_pinned(self, job);
    if constexpr (kTrace || !kOneCore) run_slot(job);
}

// The fiber stays on this worker until the job is over.
void Worker::run_pinned(Fiber* self, Job* job) {
    WEFT_REQUIRE(job->traits.worker == index_);
    self->worker = uint16_t(index_);
    run_slot(job);
    self->worker = kNoWorker;
}

// Most children, as long as nothing comes between: what holds for one need not be looked at for the
// next. A child that sleeps may go on elsewhere, and what this worker owns is its own no more.
template <bool kAll>
WEFT_ALWAYS_INLINE uint32_t Worker::run_plain_children(Lane& lane, Counter& counter) {
    if (tracer_.on() || (!kOneCore && lease_ != &counter)) return 0;
    if constexpr (!kOneCore) runs_for_ = &counter;
    uint32_t ran = 0;
    while (kAll || ran < kMakeWay) {
        Slot* const top = lane.top();
        if (top == nullptr || !has_marks(*top, kPlain) || top->counter != &counter) break;
        if (__builtin_expect(lane.asked(), 0)) break;
        lane.drop_top();
        Fate fate = Fate::run;
        if (__builtin_expect(counter.cancelled(), 0)) {
            fate = Fate::drop;
            figures_.dropped.add(1);
        }
        const Status status = type_below_marks(*top).run(top, fate);
        ran++;
        if (__builtin_expect(Lane::current() != &lane, 0)) {
            current()->finish(&counter, status);
            break;
        }
        finish(&counter, status);
    }
    return ran;
}

void Worker::run_children(Counter& counter) {
    [[maybe_unused]] Counter* const runs_for = kOneCore ? nullptr : current()->runs_for_;
    while (!kOneCore || !counter.complete()) {
        Lane* const lane = Lane::current();
        Slot* const top = lane->top();
        if (__builtin_expect(top == nullptr, 0)) {
            if (lane->retrieve()) continue;
            break;
        }
        if (__builtin_expect(type_of(*top).fork != nullptr, 0)) {
            if (lane->drop_hole()) continue;
            break;
        }
        if (top->counter != &counter) break;
        if (__builtin_expect(!fits_here(*top, lane->worker->running_), 0)) break;
        if (__builtin_expect(lane->asked(), 0)) lane->worker->share_for_wait(*lane);
        lane->drop_top();
        if constexpr (kTrace)
            lane->worker->run_slot(top);
        else
            lane->worker->run_counted(top);
        if constexpr (kOneCore) continue;
        Lane* const now = Lane::current();
        (void)now->worker->run_plain_children<true>(*now, counter);
    }
    if constexpr (kOneCore) return;
    Worker* const w = current();
    w->settle();
    w->runs_for_ = runs_for;
}

bool Worker::made_way(Lane& lane, Counter* counter) {
    if (counter == nullptr || &lane != Lane::current()) return false;
    if constexpr (kOneCore && kSmallCode) {
        WorkerCounters& figures = lane.worker->figures_;
        const uintptr_t before = figures.jobs_completed.value();
        run_children(*counter);
        const uintptr_t ran_now = figures.jobs_completed.value() - before;
        figures.ran_for_room.add(ran_now);
        return ran_now != 0;
    }
    Worker& here = *lane.worker;
    Counter* const runs_for = kOneCore ? nullptr : here.runs_for_;
    const uint32_t ran = here.run_plain_children<false>(lane, *counter);
    current()->figures_.ran_for_room.add(ran);
    if constexpr (!kOneCore) current()->runs_for_ = runs_for;
    return ran != 0;
}

void Worker::run_fork(Slot* slot) {
    if (!SplitDeque::start(slot)) return;
    const uint32_t function = trace_low(reinterpret_cast<uintptr_t>(type_of(*slot).run));
    current()->tracer_.event(TraceKind::job_begin, current()->running_, function);
    (void)type_of(*slot).run(slot, Fate::run);
    current()->tracer_.event(TraceKind::job_end, current()->running_, function);
    // Acquire and release: publishes the result, and reads the counter if the parent sleeps. Pairs
    // with the swap in await_fork().
    if (slot->state.exchange_acq_rel(SlotState::done) == SlotState::waited)
        current()->wake(slot->counter->subtract(1));
}

// Dropped, it is nothing: the fork's parent is suspended, and takes it back if it ever goes on.
Status Worker::run_far_fork(Job* job, Fate fate) {
    if (fate == Fate::run) run_fork(*reinterpret_cast<Slot**>(job->closure));
    // The fork is no job, and nobody's unit.
    Worker* const w = current();
    w->figures_.jobs_completed.add(~uintptr_t(0));
    if constexpr (!kOneCore) w->settled_at_--;
    return Status::ok;
}

const JobType Worker::kFarFork = {run_far_fork};

// Work that others may see is exact in its counters: they must reach zero without this worker.
void Worker::share(Lane& lane) {
    if (!lane.share_half()) return;
    settle();
    scheduler_->wake_one(index_);
}

// For who is about to run the newest.
__attribute__((noinline)) void Worker::share_for_wait(Lane& lane) {
    if (!lane.share((lane.private_count() + 1) / 2)) return;
    settle();
    scheduler_->wake_one(index_);
}

// Nobody has asked. Settling is dear while others settle the same counter: not before what was
// shared last has been taken.
__attribute__((noinline)) void Worker::share_older(Lane& lane) {
    if (lane.shared_count() >= kSharedEnough) return lane.allow_crowd();
    if (!lane.share(kKeepPrivate)) return;
    settle();
    scheduler_->wake_one(index_);
}

// ---- figures ----

WorkerFigures Worker::figures() const {
    WorkerFigures all = {
#define WEFT_FIGURE(name, text) figures_.name.value(),
        WEFT_WORKER_FIGURES(WEFT_FIGURE)
#undef WEFT_FIGURE
    };
    all.local_pushes = local_pushes();
    return all;
}

bool Worker::nothing_queued() const {
    for (const Lane& lane : lanes_)
        if (lane.count() != 0 || !lane.ready.empty()) return false;
    return inbox_.empty() && (kOneCore || others_.pinned.empty());
}

bool Worker::invariants_hold() const {
    for (const Lane& lane : lanes_)
        if (!lane.invariants_hold()) return false;
    return pool_.invariants_hold();
}

}  // namespace weft
