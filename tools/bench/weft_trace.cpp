// weft_trace.cpp - what traces cost: a frame loop with them on and off, in turns; one event
// SPDX-License-Identifier: MIT
//
// A frame is 1 to 2 ms of work in jobs of about 10 us, a loop over 100,000 floats, and waits: what
// a small game does. Frames take turns, traced and not, so that both see the same machine.
#include "bench.hpp"

namespace bench {
namespace {

constexpr uint32_t kJobs = 128;
constexpr uint32_t kFloats = 100'000;
constexpr double kFine = 1000;  // parts of a percent

float floats[kFloats];

class Running {
 public:
    explicit Running(uint32_t workers) {
        const weft::Config config =
            weft::Config().workers(workers).pinned(true).trace_events(16384);
        must(storage_.map(config) == weft::Status::ok);
        must(system_.init(config, storage_.bytes()) == weft::Status::ok);
    }
    weft::System& system() { return system_; }

 private:
    weft::MappedStorage storage_;
    weft::System system_;
};

template <uint32_t kWorkers>
weft::System& system_of() {
    static Running running(kWorkers);
    return running.system();
}

void simulate(uint32_t part) {
    weft::TraceZone zone("simulate");
    float value = float(part);
    for (int i = 0; i < 8000; i++)
        value = value * 0.999f + 1.0f;
    asm volatile("" ::"m"(value));
}

void one_frame(weft::System& system) {
    const weft::Frame frame = system.frames().begin().value();
    weft::Counter first, then;
    for (uint32_t i = 0; i < kJobs; i++)
        weft::run(i % 2 == 0 ? first : then, [i] { simulate(i); });
    must(weft::wait(first) == weft::Status::ok);
    weft::parallel_for(0, kFloats, [](size_t i) { floats[i] = floats[i] * 0.5f + 1.0f; });
    must(weft::wait(then) == weft::Status::ok);
    system.frames().end(frame);
}

// The sum of many frames would be at the mercy of one that others interrupt: the medians of both.
constexpr uint32_t kMostFrames = 512;

double median(double* values, uint32_t count) {
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t j = i; j > 0 && values[j] < values[j - 1]; j--) {
            const double lower = values[j];
            values[j] = values[j - 1];
            values[j - 1] = lower;
        }
    return values[count / 2];
}

double percent_more(weft::System& system, uint32_t frames) {
    static double times[2][kMostFrames];
    for (uint32_t i = 0; i < 2 * frames; i++) {
        const bool on = (i + i / 2) % 2 != 0;  // off on, on off, ...
        system.set_tracing(on);
        const Stopwatch watch;
        one_frame(system);
        times[on][i / 2] = double(watch.ns());
    }
    const double more = median(times[1], frames) / median(times[0], frames) - 1;
    return more > 0 ? 100 * more : 0;
}

// A percentage, though it is called time: as many as were asked for, in parts.
template <uint32_t kWorkers>
uint64_t cost(uint64_t count) {
    double percent = 0;
    weft::System& system = system_of<kWorkers>();
    const uint32_t frames = count > kMostFrames ? kMostFrames : uint32_t(count);
    must(system.run([&] { percent = percent_more(system, frames); }) == weft::Status::ok);
    return uint64_t(percent * kFine * double(count));
}

uint64_t events(uint64_t count) {
    const weft::Tracer& tracer = system_of<2>().scheduler().worker(0).tracer();
    const Stopwatch watch;
    for (uint64_t i = 0; i < count; i++)
        tracer.attached()->record(weft::TraceKind::counter, 1, 2);
    return watch.ns();
}

constexpr Variant kTraces[] = {
    {"trace.cost.pct", cost<2>, kFine},
    {"trace.event.ns", events},
};

}  // namespace

weft::Span<const Variant> weft_traces() {
    return kTraces;
}

}  // namespace bench
