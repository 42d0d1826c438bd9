// worker_rest.cpp - what a worker does with its pool while it has nothing to do, and how it sleeps
// SPDX-License-Identifier: MIT
#include <weft/sched/scheduler.hpp>

namespace weft {

// One fiber a round: work that comes meanwhile waits for no more than that.
bool Worker::grow_to_initial() {
    if (!growing_) return false;
    const bool large = pool_.spare(StackClass::small) >= keep_fibers_;
    const bool enough = large && pool_.spare(StackClass::large) >= keep_large_;
    growing_ =
        !enough && pool_.grow_one(large ? StackClass::large : StackClass::small) == Status::ok;
    return growing_;
}

// An earlier request may have been answered, and the answer taken back, before anybody could know
// that this worker would sleep.
void Worker::ask_all() {
    if constexpr (kOneCore) return;
    for (uint32_t i = 0; i < scheduler_->workers(); i++)
        for (Lane& lane : scheduler_->worker(i).lanes_)
            if (i != index_) lane.ask();
}

void Worker::sleep() {
    idle_rounds_ = 0;
    if constexpr (!kOneCore) scheduler_->announce_sleep(index_);
    ask_all();
    // Relaxed: ordered by the fence in announce_sleep().
    if (attention_.load_relaxed() == 0 && !stopping_ && !wanted()) {
        figures_.sleeps.add(1);
        tracer_.event(TraceKind::park, running_, 0);
        sleep_and_trim();
        tracer_.event(TraceKind::unpark, running_, 0);
    }
    if (!kOneCore && scheduler_->withdraw_sleep(index_)) chosen_ = true;
    expire_timers();
}

void Worker::expire_timers() {
    if (!scheduler_->timers.empty()) wake(scheduler_->timers.expire(port::now_ns()));
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
    const uint64_t earliest = scheduler_->timers.earliest();
    const bool spare = trim_after_ms_ != 0 && pool_.spare(StackClass::small) > keep_fibers_;
    const uint64_t trim_at =
        spare ? port::now_ns() + (uint64_t(trim_after_ms_) << 20) : port::kNoDeadline;
    if (port::park(parker, trim_at < earliest ? trim_at : earliest) || port::now_ns() < trim_at)
        return;
    collect_returned();
    (void)pool_.trim(StackClass::small, keep_fibers_);
}

}  // namespace weft
