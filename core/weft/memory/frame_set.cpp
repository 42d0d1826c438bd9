// frame_set.cpp - frames begin, are used, end, and are done when the last user leaves
// SPDX-License-Identifier: MIT
#include <weft/memory/frame_set.hpp>

namespace weft {

Status FrameSet::init(WorkerFrame* first_row, size_t stride, uint32_t workers, uint32_t in_flight) {
    if (in_flight < 2 || in_flight > kMaxFramesInFlight || workers == 0) return Status::bad_config;
    if (stride < sizeof(WorkerFrame) * in_flight) return Status::storage_too_small;
    init_checked(first_row, stride, workers, in_flight);
    return Status::ok;
}

void FrameSet::init_checked(WorkerFrame* first_row, size_t stride, uint32_t workers,
                            uint32_t in_flight) {
    WEFT_REQUIRE(in_flight_ == 0);
    first_row_ = reinterpret_cast<unsigned char*>(first_row);
    stride_ = stride;
    workers_ = workers;
    in_flight_ = in_flight;
}

void FrameSet::shutdown() {
    for (uint32_t i = 0; i < in_flight_; i++) {
        // Acquire: the last user's writes. Pairs with the release in drop_user().
        const bool frame_unused = slots_[i].users.load_acquire() == 0;
        if (kChecked && !frame_unused) print_users();
        WEFT_REQUIRE(frame_unused);  // a frame is open or in use
    }
    abandon();
}

void FrameSet::abandon() {
    in_flight_ = 0;
}

void FrameSet::enter(const Frame& frame, [[maybe_unused]] Site site) {
    // Relaxed: the caller is a user, so the count cannot reach zero meanwhile.
    const uint32_t before = live_slot(frame).users.fetch_add_relaxed(1);
    WEFT_REQUIRE(before != 0 && before != ~uint32_t(0));
    if constexpr (kChecked) slots_[frame.slot].who.enter(site);
}

bool FrameSet::leave(const Frame& frame, [[maybe_unused]] Site entered) {
    Slot& slot = live_slot(frame);
    if constexpr (kChecked) slot.who.leave(entered);
    return drop_user(slot);
}

WEFT_ALWAYS_INLINE void FrameSet::run_all_endings(Slot& slot, WorkerFrame* at) {
    // Relaxed: published by the epoch.
    slot.with_endings.store_relaxed(nullptr);
    while (at != nullptr) {
        WorkerFrame* next = at->next;
        at->arena.run_endings();
        at->listed = false;
        at = next;
    }
}

// Only the last user is here, and no one enters any more.
void FrameSet::complete(Slot& slot) {
    // Acquire: the arenas as their workers listed them. Pairs with the release in
    // list_for_endings().
    WorkerFrame* at = slot.with_endings.load_acquire();
    if (at != nullptr) run_all_endings(slot, at);
    // Relaxed: published by the epoch, as is all else.
    slot.users.store_relaxed(0);
    // Relaxed: nobody else writes it now.
    const uint32_t epoch = slot.epoch.load_relaxed();
    // Release: the frame's memory is nobody's. Pairs with the acquire load in begin().
    slot.epoch.store_release(epoch + 1);
}

// Once a frame and worker: its arena here starts afresh, and its arenas of other frames that are
// done give back what their policy does not keep, so that no frame starves behind an idle slot.
WEFT_ALWAYS_INLINE void FrameSet::enter_frame(WorkerFrame* row, const Frame& frame) {
    for (uint32_t i = 0; i < in_flight_; i++) {
        WorkerFrame& other = row[i];
        // Acquire: the destructors that the last user ran. Pairs with the release in complete().
        const uint32_t epoch = slots_[i].epoch.load_acquire();
        // Relaxed: this worker's own.
        const uint32_t mine = other.epoch.load_relaxed();
        if (mine != epoch && mine != kReset) {
            other.arena.reset();
            // Relaxed: a figure to others.
            other.epoch.store_relaxed(kReset);
        }
    }
    WorkerFrame& mine = row[frame.slot];
    mine.slot = &slots_[frame.slot];
    // Relaxed: a figure to others.
    mine.epoch.store_relaxed(frame.epoch);
}

FrameMemory FrameSet::memory(const Frame& frame, uint32_t worker, [[maybe_unused]] Site site) {
    live_slot(frame);
    WEFT_REQUIRE(worker < workers_);
    WorkerFrame* const row = row_of(worker);
    FrameMemory memory;
    memory.worker_frame_ = row + frame.slot;
    // Relaxed: this worker's own.
    if (memory.worker_frame_->epoch.load_relaxed() != frame.epoch) enter_frame(row, frame);
#if WEFT_CHECKED
    memory.set_ = this;
    memory.frame_ = frame;
    memory.site_ = site;
#endif
    return memory;
}

// Pushed at most once a frame, and taken all at once by the last user: no ABA.
void FrameSet::list_for_endings(WorkerFrame& worker_frame) {
    Slot& slot = *worker_frame.slot;
    // Relaxed: a user keeps the epoch where it is; anyone else has a bug, found here or not.
    WEFT_REQUIRE(slot.epoch.load_relaxed() == worker_frame.epoch.load_relaxed());
    worker_frame.listed = true;
    // Relaxed: the swap below corrects a stale guess.
    WorkerFrame* head = slot.with_endings.load_relaxed();
    do {
        worker_frame.next = head;
        // Release: publishes next. Pairs with the acquire exchange in complete().
    } while (!slot.with_endings.cas_weak_release(head, &worker_frame));
}

uint32_t FrameSet::users(const Frame& frame) const {
    // Relaxed: a look.
    return is_live(frame) ? slots_[frame.slot].users.load_relaxed() : 0;
}

size_t FrameSet::bytes_in(const Frame& frame) const {
    size_t bytes = 0;
    for (uint32_t worker = 0; is_live(frame) && worker < workers_; worker++) {
        const WorkerFrame& row = row_of(worker)[frame.slot];
        // Relaxed: a figure.
        if (row.epoch.load_relaxed() == frame.epoch) bytes += row.arena.figures().used;
    }
    return bytes;
}

// Completed frames are those begun that are not in flight: exact when nobody begins or leaves.
FrameSetFigures FrameSet::figures() const {
    // Relaxed: counts that rise while we read.
    FrameSetFigures now = {begun_.load_relaxed(), 0, refused_.load_relaxed()};
    uint32_t live = 0;
    // Relaxed: as above.
    for (const Slot& slot : slots_)
        live += (slot.epoch.load_relaxed() & 1) == 0;
    now.completed = now.begun - live;
    return now;
}

}  // namespace weft
