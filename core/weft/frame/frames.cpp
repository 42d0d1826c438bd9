// frames.cpp - lays heaps and arenas out in the workers' frame memory
// SPDX-License-Identifier: MIT
#include <weft/base/place.hpp>
#include <weft/frame/frames.hpp>

namespace weft {

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

WEFT_ALWAYS_INLINE Status Frames::lay_out(uint32_t worker) {
    WorkerFrame* frame = set_.row_of(worker);
    WorkerFrame* const end = frame + set_.in_flight();
    unsigned char* const rest = reinterpret_cast<unsigned char*>(end);
    const size_t used = size_t(rest - reinterpret_cast<unsigned char*>(home_of(worker)));
    if (used > part_bytes_) return Status::storage_too_small;  // without jobs no rule says so
    Home* const home = construct_zeros_at<Home>(home_of(worker));
    const Status status =
        home->heap.init({rest, part_bytes_ - used}, kLeastFrameChunk, port::kCacheLine);
    if (status != Status::ok) return status;
    home->provider.init({&home->heap, 1}, NodePolicy::own_only);
    for (; frame != end; frame++)
        construct_at<WorkerFrame>(frame)->arena.init_checked(home->provider, 0, chunks_);
    // Release: publishes what was laid out. Pairs with the acquire in all_settled().
    settled_.fetch_add_release(1);
    return Status::ok;
}

Status Frames::prepare(const StoragePlan& plan, Bytes storage) {
    const Footprint& place = plan.at;
    part_bytes_ = place.frames_bytes;
    chunks_ = {place.first_frame_chunk, place.largest_frame_chunk, FrameRetention::keep_first};
    Home* const home = reinterpret_cast<Home*>(storage.data + place.frames_offset);
    set_.init_checked(reinterpret_cast<WorkerFrame*>(home + 1), place.bytes, plan.config.workers(),
                      plan.config.frames_in_flight());
    // Whether there is room is the same question for all workers.
    const Status settled = kOneCore ? lay_out(0) : settle(0);
    if (settled != Status::ok) set_.abandon();
    return settled;
}

Status Frames::settle(uint32_t worker) {
    return lay_out(worker);
}

void Frames::shutdown() {
    set_.shutdown();
    abandon();
}

void Frames::abandon() {
    // Acquire: pairs with the release in settle(), for workers that another thread settled.
    const uint32_t settled = settled_.load_acquire();
    for (uint32_t worker = 0; worker < settled; worker++) {
        for (uint32_t i = 0; i < set_.in_flight(); i++)
            destroy_at(set_.row_of(worker) + i);
        destroy_at(home_of(worker));
    }
    // Relaxed: nobody else is here.
    settled_.store_relaxed(0);
    set_.abandon();
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
    for (uint32_t worker = 0; worker < set_.workers(); worker++)
        for (uint32_t slot = 0; slot < set_.in_flight(); slot++) {
            const FrameArenaFigures figures = arena_figures(worker, slot);
            refused += figures.exhausted + figures.too_large;
        }
    return refused;
}

#endif

ChunkFigures Frames::heap_figures(uint32_t worker) const {
    WEFT_REQUIRE(worker < set_.workers());
    return all_settled() ? home_of(worker)->heap.figures() : ChunkFigures{};
}

FrameArenaFigures Frames::arena_figures(uint32_t worker, uint32_t slot) const {
    WEFT_REQUIRE(worker < set_.workers() && slot < set_.in_flight());
    return all_settled() ? set_.row_of(worker)[slot].arena.figures() : FrameArenaFigures{};
}

}  // namespace weft
