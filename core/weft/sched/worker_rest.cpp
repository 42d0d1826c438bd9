// worker_rest.cpp - what a worker does with its pool while it has nothing to do, and how it sleeps
// SPDX-License-Identifier: MIT
#include <weft/sched/scheduler.hpp>

namespace weft {

void Worker::idle() {
    if (pumping_) {
        if (!called()) spend_all();  // what was sent is looked for every other time
        return;
    }
    if constexpr (!kOneCore) collect_returned();
    if (!kOneCore && scheduler_->memory() != nullptr) scheduler_->memory()->pool(index_).flush();
    if (!kMadeWhenAsked && found_ != idle_since_) {
        idle_since_ = found_;
        if constexpr (!kOneCore) idle_rounds_ = 0;
        if (pool_.all_in_use(StackClass::small)) (void)pool_.grow_one(StackClass::small);
    }
    if (!kOneCore && open_lanes_ != 0) close_lanes();
    // Who has never found anything neither spins nor makes fibers: systems begin quietly.
    const bool grew = !kMadeWhenAsked && found_ != 0 && grow_to_initial();
    const bool spins =
        !kOneCore && found_ != 0 && ++idle_rounds_ < idle_spins_ && !scheduler_->draining();
    // On the only core nothing comes of waiting awake. Who rests has seen work, and does not sleep.
    if (kOneCore ? grew : spins || thefts_.resting()) {
        port::cpu_relax();
        return expire_timers();
    }
    sleep();
}

// Unless fibers have been woken here since this worker looked.
void Worker::close_lanes() {
    if (scheduler_->alone()) return;
    for (const Lane& lane : lanes())
        if (!lane.nothing()) return;
    for (unsigned p = 0; p < kPriorities; p++)
        if ((open_lanes_ & lane_bit(Priority(p))) != 0) scheduler_->roster.close(index_, p);
    open_lanes_ = 0;
}

// Those who sleep have asked open lanes only: this one is asked now. Either they see it open, or
// this worker sees them asleep.
__attribute__((noinline)) void Worker::open_lane(Priority priority) {
    open_lanes_ |= lane_bit(priority);
    if (scheduler_->alone()) return;
    scheduler_->roster.open(index_, unsigned(priority));
    if (scheduler_->anyone_sleeps()) lane(priority).ask();
}

// One fiber a round: work that comes meanwhile waits for no more than that.
bool Worker::grow_to_initial() {
    if (grown_) return false;
    const bool large = pool_.spare(StackClass::small) >= keep_fibers_;
    const bool enough = large && pool_.spare(StackClass::large) >= keep_large_;
    grown_ = enough || pool_.grow_one(large ? StackClass::large : StackClass::small) != Status::ok;
    return !grown_;
}

// An earlier request may have been answered, and the answer taken back, before anybody could know
// that this worker would sleep.
void Worker::ask_all() {
    if constexpr (kOneCore) return;
    (void)scheduler_->roster.any_of([this](uint32_t worker, unsigned priority) {
        if (worker != index_) scheduler_->worker(worker).lanes()[priority].ask();
        return false;
    });
}

void Worker::sleep() {
    if constexpr (!kOneCore) idle_rounds_ = 0;
    if constexpr (!kOneCore) scheduler_->announce_sleep(index_);
    ask_all();
    // Ordered by the fence in announce_sleep().
    if (!called() && !stopping_ && !wanted()) {
        figures_.sleeps.add(1);
        tracer_.event(TraceKind::park, running_, 0);
        sleep_and_trim();
        tracer_.event(TraceKind::unpark, running_, 0);
    }
    if (!kOneCore && scheduler_->withdraw_sleep(index_)) chosen_ = true;
    expire_timers();
}

void Worker::expire_timers() {
    scheduler_->timers.expire_used(*this);
}

// Who was woken for something looks until it has found something.
bool Worker::wanted() {
    if constexpr (kOneCore) return false;  // a token tells of whatever came since
    return chosen_ ? scheduler_->anything_visible() : scheduler_->wanted(index_);
}

// Milliseconds are taken for 2^20 ns: a wide multiplication is a library call on small cores.
// Once it has slept long enough for it, a worker gives idle stacks back; it wakes no more for that
// until it has needed others.
void Worker::sleep_and_trim() {
    const uint64_t earliest = scheduler_->timers.earliest_used();
    if constexpr (!kPaged) return (void)port::park(parker, earliest);
    const bool spare = trim_after_ms_ != 0 && pool_.spare(StackClass::small) > keep_fibers_;
    const uint64_t trim_at =
        spare ? port::now_ns() + (uint64_t(trim_after_ms_) << 20) : port::kNoDeadline;
    if (port::park(parker, trim_at < earliest ? trim_at : earliest) || port::now_ns() < trim_at)
        return;
    collect_returned();
    (void)pool_.trim(StackClass::small, keep_fibers_);
}

}  // namespace weft
