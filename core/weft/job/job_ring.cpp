// job_ring.cpp - the ring's slow ways: the oldest, holes, slots that are free again
// SPDX-License-Identifier: MIT
#include <weft/job/job_ring.hpp>

namespace weft {

void JobRing::init(Span<Slot> slots, uint32_t) {
    first_ = slots.data();
    mask_ = uint32_t(slots.size() - 1);
    head_ = tail_ = base_ = 0;
    for (Slot& slot : slots)
        construct_at<Slot>(&slot);
}

void JobRing::reclaim() {
    // Relaxed: nobody else is here.
    while (base_ != tail_ && at(base_)->state.load_relaxed() == SlotState::left)
        // Relaxed: as above.
        at(base_++)->state.store_relaxed(SlotState::queued);
}

Slot* JobRing::make_room() {
    reclaim();
    return has_room(nullptr) ? next() : nullptr;
}

Slot* JobRing::pop_job() {
    while (Slot* const newest = top()) {
        if (type_of(*newest).fork == nullptr) {
            head_--;
            return newest;
        }
        if (!drop_hole()) break;
    }
    return nullptr;
}

// Only forks leave holes.
bool JobRing::drop_hole() {
    Slot* const newest = top();
    // Relaxed: nobody else is here.
    if (newest->state.load_relaxed() != SlotState::hole) return false;
    // Relaxed: as above.
    newest->state.store_relaxed(SlotState::queued);
    head_--;
    return true;
}

bool JobRing::take_back(Slot* fork) {
    const uint32_t age = (uint32_t(fork - first_) - tail_) & mask_;
    if (age >= count()) return false;
    if (fork == top())
        head_--;
    else
        // Relaxed: nobody else is here.
        fork->state.store_relaxed(SlotState::hole);
    return true;
}

Slot* JobRing::claim(bool*) {
    return count() == 0 ? nullptr : at(tail_++);
}

bool JobRing::invariants_hold() const {
    const uint32_t used = head_ - base_;
    return count() <= used && used <= mask_;
}

}  // namespace weft
