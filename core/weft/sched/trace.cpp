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

bool Trace::lay_out(const Config& config, Region& region) {
    if (config.trace_events() == 0) return true;
    void* const names = region.allocate(kTraceNamesBytes, port::kCacheLine);
    const uint32_t events = trace_frame_events(config);
    const size_t bytes = trace_ring_bytes(events, 0);
    void* const ring = region.allocate(bytes, port::kCacheLine);
    if (names == nullptr || ring == nullptr) return false;
    names_ = construct_at<TraceNames>(names);
    const Bytes memory = {static_cast<unsigned char*>(ring), bytes};
    frames_ = TraceRing::make(memory, events, 0, TraceRing::kNobody, {});
    return true;
}

void Trace::forget() {
    frames_ = nullptr;
    names_ = nullptr;
}

void Worker::start_trace(const Config& config, Bytes part) {
    const Footprint place = footprint(config);
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

void Worker::trace_wakes(const Fiber* first) {
    for (const Fiber* at = first; at != nullptr; at = at->next)
        if (at->kind == WaiterKind::fiber) tracer_.event(TraceKind::wake, at, 0);
}

void Scheduler::set_tracing(bool on) {
    for (uint32_t i = 0; i < workers_; i++)
        worker(i).tracer_.set(on);
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

bool Trace::lay_out(const Config&, Region&) {
    return true;
}
void Trace::forget() {}
void Worker::start_trace(const Config&, Bytes) {}
void Scheduler::set_tracing(bool) {}
TraceTagFigures Scheduler::tag_figures(const char*) const {
    return {};
}

#endif

}  // namespace weft
