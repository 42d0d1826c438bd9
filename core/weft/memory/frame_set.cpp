// frame_set.cpp - frames begin, are used, end, and are done when the last user leaves
// SPDX-License-Identifier: MIT
#include <weft/memory/frame_set.hpp>

namespace weft {

Status FrameSet::init(WorkerFrame* first_row, size_t stride, uint32_t workers, uint32_t in_flight) {
    WEFT_REQUIRE(in_flight_ == 0);
    if (in_flight < 2 || in_flight > kMaxFramesInFlight || workers == 0) return Status::bad_config;
    if (stride < sizeof(WorkerFrame) * in_flight) return Status::storage_too_small;
    first_row_ = reinterpret_cast<unsigned char*>(first_row);
    stride_ = stride;
    workers_ = workers;
    in_flight_ = in_flight;
    return Status::ok;
}

void FrameSet::shutdown() {
    for (uint32_t i = 0; i < in_flight_; i++) {
        // Acquire: the last user's writes. Pairs with the release in drop_user().
        WEFT_REQUIRE(slots_[i].users.load_acquire() == 0);  // a frame is open or in use
    }
    in_flight_ = 0;
}

Status FrameSet::begin(Frame* frame) {
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
    next_slot_ = next_slot_ + 1 == in_flight_ ? 0 : next_slot_ + 1;
    return Status::ok;
}

FrameSet::Slot& FrameSet::live_slot(const Frame& frame) {
    WEFT_REQUIRE(frame.slot < in_flight_);
    Slot& slot = slots_[frame.slot];
    // Relaxed: a user keeps the epoch where it is; anyone else has a bug, found here or not.
    WEFT_REQUIRE(slot.epoch.load_relaxed() == frame.epoch);  // the frame is done
    return slot;
}

bool FrameSet::end(const Frame& frame) {
    Slot& slot = live_slot(frame);
    WEFT_REQUIRE(slot.open);  // ended twice
    slot.open = false;
    return drop_user(slot);
}

void FrameSet::enter(const Frame& frame) {
    // Relaxed: the caller is a user, so the count cannot reach zero meanwhile.
    const uint32_t before = live_slot(frame).users.fetch_add_relaxed(1);
    WEFT_REQUIRE(before != 0 && before != ~uint32_t(0));
}

bool FrameSet::leave(const Frame& frame) {
    return drop_user(live_slot(frame));
}

bool FrameSet::drop_user(Slot& slot) {
    // Acquire and release: what every user wrote comes before what the last one runs. Pairs with
    // itself on the other users' side.
    const uint32_t before = slot.users.fetch_sub_acq_rel(1);
    WEFT_REQUIRE(before != 0);  // left more often than entered
    if (before != 1) return false;
    complete(slot);
    return true;
}

void FrameSet::complete(Slot& slot) {
    // Acquire: the arenas as their workers listed them. Pairs with the release in
    // list_for_endings().
    WorkerFrame* at = slot.with_endings.exchange_acquire(nullptr);
    while (at != nullptr) {
        WorkerFrame* next = at->next;
        at->arena.run_endings();
        at->listed = false;
        at = next;
    }
    // Relaxed: a count.
    completed_.fetch_add_relaxed(1);
    // Relaxed: only the last user is here.
    const uint32_t epoch = slot.epoch.load_relaxed();
    // Release: the frame's memory is nobody's. Pairs with the acquire load in begin().
    slot.epoch.store_release(epoch + 1);
}

WorkerFrame& FrameSet::worker_frame(uint32_t worker, uint32_t slot) const {
    return reinterpret_cast<WorkerFrame*>(first_row_ + stride_ * worker)[slot];
}

// Once a frame and worker: its arena here starts afresh, and its arenas of other frames that are
// done give back what their policy does not keep, so that no frame starves behind an idle slot.
void FrameSet::enter_frame(uint32_t worker, const Frame& frame) {
    for (uint32_t i = 0; i < in_flight_; i++) {
        WorkerFrame& other = worker_frame(worker, i);
        // Acquire: the destructors that the last user ran. Pairs with the release in complete().
        const uint32_t epoch = slots_[i].epoch.load_acquire();
        if (other.epoch != epoch && other.epoch != kReset) {
            other.arena.reset();
            other.epoch = kReset;
        }
    }
    worker_frame(worker, frame.slot).epoch = frame.epoch;
}

FrameMemory FrameSet::memory(const Frame& frame, uint32_t worker) {
    live_slot(frame);
    WEFT_REQUIRE(worker < workers_);
    WorkerFrame& mine = worker_frame(worker, frame.slot);
    if (mine.epoch != frame.epoch) enter_frame(worker, frame);
    FrameMemory memory;
    memory.worker_frame_ = &mine;
    memory.set_ = this;
    memory.frame_ = frame;
    return memory;
}

// Pushed at most once a frame, and taken all at once by the last user: no ABA.
void FrameSet::list_for_endings(const Frame& frame, WorkerFrame& worker_frame) {
    Slot& slot = live_slot(frame);
    worker_frame.listed = true;
    // Relaxed: the swap below corrects a stale guess.
    WorkerFrame* head = slot.with_endings.load_relaxed();
    do {
        worker_frame.next = head;
        // Release: publishes next. Pairs with the acquire exchange in complete().
    } while (!slot.with_endings.cas_weak_release(head, &worker_frame));
}

bool FrameSet::is_live(const Frame& frame) const {
    // Relaxed: exact for a user, who keeps the epoch where it is.
    return frame.slot < in_flight_ && slots_[frame.slot].epoch.load_relaxed() == frame.epoch;
}

uint32_t FrameSet::users(const Frame& frame) const {
    // Relaxed: a look.
    return is_live(frame) ? slots_[frame.slot].users.load_relaxed() : 0;
}

FrameSetFigures FrameSet::figures() const {
    // Relaxed: counts that rise while we read.
    return {begun_.load_relaxed(), completed_.load_relaxed(), refused_.load_relaxed()};
}

}  // namespace weft
