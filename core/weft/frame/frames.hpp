// frames.hpp - the frames of a system: begin, use, end; memory for each worker from its own part
// SPDX-License-Identifier: MIT
//
//   a worker's frame memory:  | heap, provider | its arenas, one a frame in flight | chunks ... |
//
//     weft::Frame frame = frames.begin().value();
//     weft::FrameMemory memory = frames.memory_here(frame);
//     Particle* particles = memory.allocate_array<Particle>(1000);
//     frames.end(frame);                    // reset once its last user has left
//
// How chunks follow from Config::frame_bytes: the first is a sixteenth, the largest a half, at most
// 1 MiB. One thread begins and ends; FrameSet says who may call the rest.
#pragma once
#include <weft/base/result.hpp>
#include <weft/fiber/fiber_ring.hpp>
#include <weft/memory/frame_set.hpp>
#include <weft/sched/worker.hpp>

namespace weft {

class Frames {
 public:
    Frames() = default;
    ~Frames() { shutdown(); }
    Frames(const Frames&) = delete;
    Frames& operator=(const Frames&) = delete;

    // Lays itself out in the frame parts of all workers. Statuses: those of check_storage(), and
    // storage_too_small when frame_bytes leaves no room for chunks.
    Status init(const Config& config, Bytes storage);
    // The same in two steps, so that each worker's core is the first to touch its memory: prepare()
    // once, for worker 0 as well; then settle() for each other, on its core, before it is used.
    Status prepare(const Config& config, Bytes storage);
    Status prepare(const StoragePlan& plan, Bytes storage);  // for who has checked the storage
    Status settle(uint32_t worker);
    // Panics while a frame is open or in use; checked builds print by whom. Gives back nothing: the
    // storage is the caller's.
    void shutdown();
    // The same, whoever still uses a frame: nobody runs any more.
    void abandon();

    // frame_busy: the oldest frame in flight still has users; wait for it, or skip.
    // Checked builds: set().print_users() says who they are.
    WEFT_ALWAYS_INLINE Result<Frame> begin(Site site = Site::here()) {
        Frame frame = {};
        const Status status = set_.begin(&frame, site);
        if (status != Status::ok) return status;
        tracer_.event(TraceKind::frame_begin, frame.number, 0);
        return frame;
    }
    // True if the frame is done: nobody uses it any more.
    WEFT_ALWAYS_INLINE bool end(const Frame& frame) {
        if constexpr (kTrace)
            if (tracer_.on()) return end_traced(frame.number, frame.epoch, frame.slot);
        return set_.end(frame);
    }
    // For who entered it through set(). A traced system's frames are left on its workers, or on
    // threads that run no ring: what is current is taken for a worker.
    void leave(const Frame& frame, Site entered = {}) {
        const bool done = set_.leave(frame, entered);
        if constexpr (kTrace)
            if (done && tracer_.on()) trace_reset(frame);
    }
    // Where begins and ends are noted; null: nowhere.
    void trace_to(TraceRing* ring) { tracer_.attach(ring); }
    void set_tracing(bool on) { tracer_.set(on); }

    // In a job that uses the frame: memory of the worker that it runs on, good until its next wait.
    FrameMemory memory_here(const Frame& frame, Site site = Site::here()) {
        const Worker* worker = Worker::current();
        WEFT_REQUIRE(worker != nullptr);  // not in a job: use set().memory(frame, worker)
        return set_.memory(frame, worker->index(), site);
    }
    // The same on a fiber of a ring.
    FrameMemory memory_on_ring(const Frame& frame, Site site = Site::here()) {
        const FiberRing* ring = FiberRing::current();
        WEFT_REQUIRE(ring != nullptr);  // not in a fiber: use set().memory(frame, worker)
        return set_.memory(frame, ring->worker(), site);
    }

    FrameSet& set() { return set_; }
    // Of one worker's memory: how much its frames hold, and its high-water mark. Zeros until all
    // workers have settled.
    ChunkFigures heap_figures(uint32_t worker) const;
    FrameArenaFigures arena_figures(uint32_t worker, uint32_t slot) const;

 private:
    struct alignas(port::kCacheLine) Home {
        ChunkHeap heap;
        ChunkProvider provider;
    };
    static_assert(sizeof(Home) <= kFrameHomeBytes, "kFrameHomeBytes in footprint.hpp");
    static_assert(sizeof(WorkerFrame) <= kFrameRowBytes, "kFrameRowBytes in footprint.hpp");

    // Acquire: pairs with the release in settle().
    bool all_settled() const { return settled_.load_acquire() == set_.workers(); }
    // In pieces, which are in registers: whole, it would be put into memory where nobody traces.
    bool end_traced(uint32_t number, uint32_t epoch, uint32_t slot);
    static void trace_reset(const Frame& frame);
    uint32_t refusals() const;
    Status lay_out(uint32_t worker);
    // Right before its worker's arenas.
    Home* home_of(uint32_t worker) const {
        return reinterpret_cast<Home*>(set_.row_of(worker)) - 1;
    }

    FrameSet set_;
    FrameArenaConfig chunks_;
    size_t part_bytes_ = 0;     // of all frames of a worker
    Atomic<uint32_t> settled_;  // workers whose memory is laid out: the first so many, at the end
    uint32_t refusals_ = 0;     // that the trace has told
    Tracer tracer_;
};

// A user of a frame for as long as it lives: keeps the frame's memory from being reset.
class FrameUse {
 public:
    FrameUse(Frames& frames, const Frame& frame, Site site = Site::here())
        : frames_(frames), frame_(frame), site_(site) {
        frames_.set().enter(frame_, site_);
    }
    ~FrameUse() { frames_.leave(frame_, site_); }
    FrameUse(const FrameUse&) = delete;
    FrameUse& operator=(const FrameUse&) = delete;

 private:
    Frames& frames_;
    const Frame frame_;
    const Site site_;
};

}  // namespace weft
