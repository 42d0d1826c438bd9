// frame_set.hpp - the frames in flight: who uses each, and when its memory is nobody's any more
// SPDX-License-Identifier: MIT
//
//   begin --> open: users = 1 (the frame itself) + jobs --end--> closing: users = jobs --0--> free
//
//                    slot 0        slot 1        ...      a frame's slot: its number modulo the
//                    slots
//   worker 0        [ arena ]     [ arena ]
//   worker 1        [ arena ]     [ arena ]               each touched by its own worker only
//
// The reset is O(1) and walks no workers: the last user raises the slot's epoch, and each worker
// resets its arenas of done frames when it first uses a new one. Only arenas with registered
// destructors are visited at the end: they stand in a list of the slot.
//
// Invariant: an arena is written by its worker while users > 0, and by the last user between users
// becoming 0 and the epoch rising. A handle keeps the epoch that it was made in.
#pragma once
#include <weft/memory/frame_arena.hpp>
#include <weft/memory/frame_users.hpp>

namespace weft {

constexpr uint32_t kMaxFramesInFlight = kMaxFrames;

// A frame by number and epoch: copied freely, checked at every use.
struct Frame {
    uint32_t number;
    uint32_t epoch;
    uint32_t slot;
};

constexpr uint32_t kReset = 0;  // no frame's epoch: the arena is as its last reset left it

struct FrameSlot;

// One worker's arena in one slot.
struct WorkerFrame {
    FrameArena arena;
    Atomic<uint32_t> epoch{kReset};  // the worker writes; others read for figures
    bool listed = false;             // in the slot's list of arenas with destructors
    WorkerFrame* next = nullptr;
    FrameSlot* slot = nullptr;  // of the epoch's frame
};

// Where one frame in flight is counted.
struct alignas(kApart) FrameSlot {
    Atomic<uint32_t> users{0};
    Atomic<uint32_t> epoch{1};  // odd: free or never begun; even: in flight
    Atomic<WorkerFrame*> with_endings;
    bool open = false;
    FrameUsers who;
};

struct FrameSetFigures {
    uint32_t begun;
    uint32_t completed;
    uint32_t refused;  // begins that found the oldest frame still in use
};

class FrameSet;

// What a job holds while it uses a frame: the worker's arena there. Good until the job's next
// suspension (it may go on on another worker) and the frame's end; checked builds look at each use.
class FrameMemory {
 public:
    FrameMemory() = default;

    WEFT_ALWAYS_INLINE void* allocate(size_t bytes, Site site = Site::here()) {
        return arena().allocate(bytes, site);
    }
    WEFT_ALWAYS_INLINE void* allocate(size_t bytes, size_t alignment, Site site = Site::here()) {
        return arena().allocate(bytes, alignment, site);
    }
    template <class T>
    T* allocate_array(size_t count, Site site = Site::here()) {
        return arena().template allocate_array<T>(count, site);
    }
    // Constructs a T whose destructor runs when the frame is done, on whichever core is last. Its
    // place, in checked builds, is where this memory was asked for.
    template <class T, class... Arguments>
    T* create(Arguments&&... arguments);
    FrameArena& arena() const;

 private:
    friend class FrameSet;
    WorkerFrame* worker_frame_ = nullptr;
#if WEFT_CHECKED
    FrameSet* set_ = nullptr;
    Frame frame_ = {};
    Site site_;
    Site site() const {
        return site_;
    }
#else
    static Site site() {
        return {};
    }
#endif
};

class FrameSet {
 public:
    FrameSet() = default;
    FrameSet(const FrameSet&) = delete;
    FrameSet& operator=(const FrameSet&) = delete;

    // Each worker has a row of `in_flight` WorkerFrames with initialised arenas, the caller's; rows
    // start `stride` bytes apart, so that they may lie on their workers' nodes. Statuses:
    // bad_config (2 to kMaxFramesInFlight in flight, at least one worker), storage_too_small (rows
    // overlap).
    Status init(WorkerFrame* first_row, size_t stride, uint32_t workers, uint32_t in_flight);
    // The same for who knows that the numbers are right.
    void init_checked(WorkerFrame* first_row, size_t stride, uint32_t workers, uint32_t in_flight);
    // Panics while a frame is open or in use; checked builds print by whom.
    void shutdown();
    // Whoever still uses a frame never runs again; registered destructors never run.
    void abandon();

    // One thread begins and ends. frame_busy: the oldest frame in flight is not done; nothing
    // changed.
    Status begin(Frame* frame, Site site = Site::here());
    // The frame's memory is reset when its last user leaves; true if that was now. Panics on a
    // frame that is not open.
    bool end(const Frame& frame);

    // Any core, on behalf of a user (or while the frame is open): one more user, one less. leave()
    // returns true if it was the last of an ended frame. Panics on a frame that is done. `entered`
    // names the enter() that this leave() belongs to, for checked builds; FrameUse does so.
    void enter(const Frame& frame, Site site = Site::here());
    bool leave(const Frame& frame, Site entered = {});

    // On `worker`, as a user of the frame. Panics on a frame that is done.
    FrameMemory memory(const Frame& frame, uint32_t worker, Site site = Site::here());

    // Of `worker`, from arena 0 on; and how many there are of each.
    WorkerFrame* row_of(uint32_t worker) const;
    uint32_t workers() const { return workers_; }
    uint32_t in_flight() const { return in_flight_; }

    bool is_live(const Frame& frame) const;  // a guess, unless the caller is a user
    uint32_t users(const Frame& frame) const;
    FrameSetFigures figures() const;
    // Any core: what its workers have in it now, exact once they are through with it.
    size_t bytes_in(const Frame& frame) const;

    // Why is my frame not reset? Checked builds: the places that began or entered a frame in flight
    // and did not end or leave it, with the frame's age. Any core. Plain builds visit nothing.
    void for_each_user(FrameUserVisitor visit, void* context) const;
    void print_users() const;

 private:
    friend class FrameMemory;
    using Slot = FrameSlot;

    Slot& live_slot(const Frame& frame);
    static bool drop_user(Slot& slot);
    static void complete(Slot& slot);
    static void run_all_endings(Slot& slot, WorkerFrame* at);
    static void list_for_endings(WorkerFrame& worker_frame);

    Slot slots_[kMaxFramesInFlight];
    void enter_frame(WorkerFrame* row, const Frame& frame);

    unsigned char* first_row_ = nullptr;
    size_t stride_ = 0;
    uint32_t workers_ = 0;
    uint32_t in_flight_ = 0;
    uint32_t next_slot_ = 0;
    Atomic<uint32_t> begun_, refused_;
};

inline FrameArena& FrameMemory::arena() const {
#if WEFT_CHECKED
    WEFT_REQUIRE(worker_frame_ != nullptr && set_->is_live(frame_));  // used after its frame's end
#endif
    return worker_frame_->arena;
}

template <class T, class... Arguments>
T* FrameMemory::create(Arguments&&... arguments) {
    T* object = arena().template create_at<T>(site(), forward<Arguments>(arguments)...);
    if (!__has_trivial_destructor(T) && object != nullptr && !worker_frame_->listed)
        FrameSet::list_for_endings(*worker_frame_);
    return object;
}

}  // namespace weft

#include <weft/memory/frame_set_inline.hpp>
