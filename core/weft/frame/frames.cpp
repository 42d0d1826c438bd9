// frames.cpp - lays heaps and arenas out in the workers' frame memory
// SPDX-License-Identifier: MIT
#include <weft/base/place.hpp>
#include <weft/frame/frames.hpp>

namespace weft {
namespace {

constexpr size_t kLargestChunk = 1024 * 1024;

size_t power_below(size_t bytes) {
    return bytes < kLeastFrameChunk ? kLeastFrameChunk : size_t(1) << highest_bit(bytes);
}

FrameArenaConfig chunks_for(size_t frame_bytes) {
    const size_t half = power_below(frame_bytes / 2);
    return {power_below(frame_bytes / 16), half < kLargestChunk ? half : kLargestChunk,
            FrameRetention::keep_first};
}

}  // namespace

Frames::Home& Frames::home_of(uint32_t worker) const {
    return *reinterpret_cast<Home*>(first_home_ + stride_ * worker);
}

WorkerFrame* Frames::row_of(uint32_t worker) const {
    const size_t after = align_up_saturating(sizeof(Home), port::kCacheLine);
    return reinterpret_cast<WorkerFrame*>(first_home_ + stride_ * worker + after);
}

Bytes Frames::memory_of(uint32_t worker) const {
    return {first_home_ + stride_ * worker, part_bytes_};
}

Status Frames::init(const Config& config, Bytes storage) {
    Status status = prepare(config, storage);
    for (uint32_t worker = 1; status == Status::ok && worker < config.workers(); worker++)
        status = settle(worker);
    return status;
}

Status Frames::prepare(const Config& config, Bytes storage) {
    StoragePlan plan = {};
    const Status status = make_plan(config, storage, &plan);
    return status == Status::ok ? prepare(plan, storage) : status;
}

Status Frames::prepare(const StoragePlan& plan, Bytes storage) {
    // Relaxed: nobody else is here.
    WEFT_REQUIRE(settled_.load_relaxed() == 0);
    const Config& config = plan.config;
    const Footprint& place = plan.at;
    workers_ = config.workers();
    in_flight_ = config.frames_in_flight();
    frame_bytes_ = config.frame_bytes();
    part_bytes_ = place.frames_bytes;
    stride_ = place.bytes;
    first_home_ = storage.data + place.frames_offset;
    // Whether there is room is the same question for all workers.
    const Status settled = settle(0);
    if (settled != Status::ok) return settled;
    return set_.init(row_of(0), stride_, config.workers(), config.frames_in_flight());
}

Status Frames::settle(uint32_t worker) {
    const uint32_t slots = in_flight_;
    WorkerFrame* const frames = row_of(worker);
    unsigned char* const end = reinterpret_cast<unsigned char*>(frames + slots);
    const Bytes memory = memory_of(worker);
    const size_t used = size_t(end - memory.data);
    if (used > memory.size) return Status::storage_too_small;
    Home* const home = construct_at<Home>(&home_of(worker));
    const Bytes rest = {end, memory.size - used};
    const FrameArenaConfig chunks = chunks_for(frame_bytes_);
    const Status status = home->heap.init(rest, kLeastFrameChunk, port::kCacheLine);
    if (status != Status::ok) return status;
    home->provider.init(Span<ChunkHeap>(&home->heap, 1), NodePolicy::own_only);
    for (uint32_t i = 0; i < slots; i++) {
        construct_at<WorkerFrame>(frames + i);
        frames[i].arena.init_checked(home->provider, 0, chunks);
    }
    // Release: publishes what was laid out. Pairs with the acquire in all_settled().
    settled_.fetch_add_release(1);
    return Status::ok;
}

void Frames::shutdown() {
    set_.shutdown();
    abandon();
}

void Frames::abandon() {
    set_.abandon();
    // Acquire: pairs with the release in settle(), for workers that another thread settled.
    const uint32_t settled = settled_.load_acquire();
    for (uint32_t worker = 0; worker < settled; worker++) {
        for (uint32_t i = 0; i < in_flight_; i++)
            destroy_at(row_of(worker) + i);
        destroy_at(&home_of(worker));
    }
    // Relaxed: nobody else is here.
    settled_.store_relaxed(0);
}

#if WEFT_TRACE

// Frame memory lies below traces, and cannot tell them of what it refused: this is told once a
// frame, with how often.
__attribute__((noinline, cold)) bool Frames::end_traced(uint32_t number, uint32_t epoch,
                                                        uint32_t slot) {
    const Frame frame = {number, epoch, slot};
    tracer_.event(TraceKind::frame_end, frame.number, uint32_t(set_.bytes_in(frame)));
    const uint32_t refused = refusals();
    if (refused != refusals_)
        tracer_.event(TraceKind::no_memory, frame.number, refused - refusals_);
    refusals_ = refused;
    const bool done = set_.end(frame);
    if (done) tracer_.event(TraceKind::frame_reset, frame.number, 0);
    return done;
}

void Frames::trace_reset(const Frame& frame) {
    const Worker* const worker = Worker::current();
    if (worker != nullptr) worker->tracer().event(TraceKind::frame_reset, frame.number, 0);
}

uint32_t Frames::refusals() const {
    uint32_t refused = 0;
    for (uint32_t worker = 0; worker < workers_; worker++)
        for (uint32_t slot = 0; slot < in_flight_; slot++) {
            const FrameArenaFigures figures = arena_figures(worker, slot);
            refused += figures.exhausted + figures.too_large;
        }
    return refused;
}

#endif

ChunkFigures Frames::heap_figures(uint32_t worker) const {
    WEFT_REQUIRE(worker < workers_);
    return all_settled() ? home_of(worker).heap.figures() : ChunkFigures{};
}

FrameArenaFigures Frames::arena_figures(uint32_t worker, uint32_t slot) const {
    WEFT_REQUIRE(worker < workers_ && slot < in_flight_);
    return all_settled() ? row_of(worker)[slot].arena.figures() : FrameArenaFigures{};
}

}  // namespace weft
