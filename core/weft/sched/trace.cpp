// trace.cpp - the workers' events beyond one line, zones and values
// SPDX-License-Identifier: MIT
#include <weft/sched/scheduler.hpp>

namespace weft {

#if WEFT_TRACE

namespace {

TraceFibers fibers_of(const Footprint& place, const Config& config, uintptr_t first) {
    return {first, place.bytes, uint32_t(kFiberBytes), config.small_limit() + config.large_limit()};
}

}  // namespace

Status Trace::lay_out(const StoragePlan& plan, Bytes storage) {
    const Config& config = plan.config;
    if (config.trace_events() == 0) return Status::ok;
    const size_t offset = plan.at.traces_offset;
    const size_t bytes = trace_shared_bytes(config);
    if (storage.size < offset || storage.size - offset < bytes) return Status::storage_too_small;
    const Bytes room = storage.part(offset, bytes);
    names_ = construct_at<TraceNames>(room.data);
    const Bytes ring = room.part(kTraceNamesBytes, bytes - kTraceNamesBytes);
    frames_ = TraceRing::make(ring, trace_frame_events(config), 0, TraceRing::kNobody, {});
    return Status::ok;
}

void Trace::forget() {
    frames_ = nullptr;
    names_ = nullptr;
}

void Worker::start_trace(const StoragePlan& plan, Bytes part) {
    const Config& config = plan.config;
    const Footprint& place = plan.at;
    if (place.trace_bytes == 0) return;
    const uintptr_t first = part.address() - place.bytes * index_ + place.fibers_offset;
    tracer_.attach(TraceRing::make(part.part(place.trace_offset, place.trace_bytes),
                                   config.trace_events(), kTraceNames, index_,
                                   fibers_of(place, config, first)));
}

void Worker::run_traced(Job* job) {
    const uint32_t function = trace_low(reinterpret_cast<uintptr_t>(type_of(*job).run));
    tracer_.event(TraceKind::job_begin, running_, function);
    run_counted(job);
    const Worker* const w = current();
    w->tracer_.event(TraceKind::job_end, w->running_, function);
}

// What the last fiber leaves behind says why it leaves.
void Worker::trace_switch(const Fiber* next, void* pass) {
    const uintptr_t word = reinterpret_cast<uintptr_t>(pass);
    const uintptr_t what = word & ~uintptr_t(Leftover::tag_bits);
    const Leftover kind = Leftover(word & uintptr_t(Leftover::tag_bits));
    if (what != 0 && kind == Leftover::counter)
        return tracer_.event(TraceKind::wait, next, trace_low(what));
    const bool ready = what != 0 && kind == Leftover::queue;
    tracer_.event(ready ? TraceKind::yield : TraceKind::resume, next, 0);
}

void Worker::trace_wakes(const Woken& all) {
    for (const Fiber* at = all.each; at != nullptr; at = at->next)
        if (at->kind == WaiterKind::fiber) tracer_.event(TraceKind::wake, at, 0);
    for (const Fiber* at = all.crowd.newest; at != nullptr; at = at->next)
        tracer_.event(TraceKind::wake, at, 0);
}

void Scheduler::set_tracing(bool on) {
    for (uint32_t i = 0; i < workers_; i++) {
        worker(i).tracer_.set(on);
        // Who runs one plain job after another looks at the tracer once it is asked.
        for (unsigned p = 0; p < kPriorities && !kOneCore; p++)
            worker(i).lane(Priority(p)).ask();
    }
}

TraceTagFigures Scheduler::tag_figures(const char* name) const {
    TraceTagFigures sum = {};
    if (trace.names() == nullptr) return sum;
    const uint32_t number = trace.names()->number_of(name);
    for (uint32_t i = 0; i < workers_; i++) {
        const TraceTag& tag = worker(i).tracer_.attached()->tag(number);
        sum.count += tag.count.value();
        sum.ticks += tag.all_ticks();
        sum.bytes += tag.bytes.value();
    }
    return sum;
}

// A name is looked up by whoever begins; a zone that ends while nobody traces is not counted.
TraceZone::TraceZone(const char* name) {
    const Worker* const w = Worker::current();
    if (w == nullptr || !w->tracer().on()) return;
    name_ = w->scheduler().trace.names()->number_of(name);
    began_ = trace_ticks();
    w->tracer().event(TraceKind::zone_begin, w->running(), name_);
}

TraceZone::~TraceZone() {
    if (name_ == kOff) return;
    const Worker* const w = Worker::current();  // perhaps another one, after a wait
    TraceRing* const ring = w == nullptr ? nullptr : w->tracer().ring();
    if (ring == nullptr) return;
    ring->record(TraceKind::zone_end, trace_line(w->running()), name_);
    ring->tag(name_).add(trace_ticks() - began_, bytes_);
}

void trace_value(const char* name, uint32_t value) {
    const Worker* const w = Worker::current();
    if (w == nullptr || !w->tracer().on()) return;
    w->tracer().event(TraceKind::counter, w->scheduler().trace.names()->number_of(name), value);
}

#else

void Worker::start_trace(const StoragePlan&, Bytes) {}
void Scheduler::set_tracing(bool) {}
TraceTagFigures Scheduler::tag_figures(const char*) const {
    return {};
}

#endif

}  // namespace weft
