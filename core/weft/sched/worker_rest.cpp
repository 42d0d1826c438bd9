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

// Who was woken for something looks until it has found something.
bool Worker::wanted() {
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
