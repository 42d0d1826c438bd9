// frame_set_inline.hpp - beginning and ending a frame, inlined: both are a few loads and stores
// SPDX-License-Identifier: MIT
//
// Out of line, a Frame would go through memory in pieces of other sizes than it is read in, and the
// processor could not forward it (14 ns a boundary instead of a few).
#pragma once
#include <weft/memory/frame_set.hpp>

namespace weft {

inline Status FrameSet::begin(Frame* frame, [[maybe_unused]] Site site) {
    WEFT_REQUIRE(in_flight_ != 0);
    Slot& slot = slots_[next_slot_];
    // Acquire: the memory was left by its last user. Pairs with the release store in complete().
    const uint32_t epoch = slot.epoch.load_acquire();
    if ((epoch & 1) == 0) {
        // Relaxed: a count.
        refused_.fetch_add_relaxed(1);
        return Status::frame_busy;
    }
    const uint32_t live = epoch + 1 == kReset ? epoch + 3 : epoch + 1;  // at the wrap, not kReset
    slot.open = true;
    // Relaxed: who uses the frame gets it from here by some release of the caller's.
    slot.users.store_relaxed(1);
    // Relaxed: as above.
    slot.epoch.store_relaxed(live);
    // Relaxed: only this thread counts.
    const uint32_t number = begun_.load_relaxed();
    // Relaxed: as above.
    begun_.store_relaxed(number + 1);
    *frame = {number, live, next_slot_};
    if constexpr (kChecked) slot.who.begin(number, site);
    next_slot_ = next_slot_ + 1 == in_flight_ ? 0 : next_slot_ + 1;
    return Status::ok;
}

inline WorkerFrame* FrameSet::row_of(uint32_t worker) const {
    return reinterpret_cast<WorkerFrame*>(first_row_ + stride_ * worker);
}

inline bool FrameSet::is_live(const Frame& frame) const {
    // Relaxed: a user keeps the epoch where it is; anyone else has a bug, found here or not.
    return frame.slot < in_flight_ && slots_[frame.slot].epoch.load_relaxed() == frame.epoch;
}

inline FrameSet::Slot& FrameSet::live_slot(const Frame& frame) {
    WEFT_REQUIRE(is_live(frame));  // the frame is done
    return slots_[frame.slot];
}

inline bool FrameSet::end(const Frame& frame) {
    Slot& slot = live_slot(frame);
    WEFT_REQUIRE(slot.open);  // ended twice
    slot.open = false;
    if constexpr (kChecked) slot.who.end();
    return drop_user(slot);
}

inline bool FrameSet::drop_user(Slot& slot) {
    // Acquire: what the others wrote before they left. Pairs with the release half below. A count
    // of one is the caller's own: nobody else can enter, so no read-modify-write is needed.
    if (slot.users.load_acquire() != 1) {
        // Acquire and release: what every user wrote comes before what the last one runs. Pairs
        // with itself and the acquire above on the other users' side.
        const uint32_t before = slot.users.fetch_sub_acq_rel(1);
        WEFT_REQUIRE(before != 0);  // left more often than entered
        if (before != 1) return false;
    }
    complete(slot);
    return true;
}

}  // namespace weft
