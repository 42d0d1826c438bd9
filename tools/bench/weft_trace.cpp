// weft_trace.cpp - what traces cost: the demo, and a loop of small jobs, on and off in turns
// SPDX-License-Identifier: MIT
//
// Frames take turns, traced and not, so that both see the same machine. The demo is all of it
// (tools/demo): sand, transforms, audio, loads, pictures that nobody sees. A frame of the loop is 1
// to 2 ms of work in jobs of about 10 us, a loop over 100,000 floats, and waits.
#include "../demo/game.hpp"
#include "bench.hpp"

namespace bench {
namespace {

constexpr uint32_t kJobs = 128;
constexpr uint32_t kFloats = 100'000;
constexpr double kFine = 1000;  // parts of a percent

float floats[kFloats];

// One at a time: cores belong to a system.
weft::System& system_of_two() {
    struct Running {
        Running() {
            const weft::Config two = weft::Config().workers(2).pinned(true);
            const weft::Config config = demo::with_room_for_game(two);
            must(storage.map(config) == weft::Status::ok);
            must(system.init(config, storage.bytes()) == weft::Status::ok);
        }
        weft::MappedStorage storage;
        weft::System system;
    };
    static Running running;
    return running.system;
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

// The sum of many frames would be at the mercy of one that others interrupt: medians.
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

double percent_more_of_loop(weft::System& system, uint32_t frames) {
    static double times[2][kMostFrames];
    for (uint32_t i = 0; i < 2 * frames; i++) {
        const bool on = demo::is_traced_turn(i);
        system.set_tracing(on);
        const Stopwatch watch;
        one_frame(system);
        times[on][i / 2] = double(watch.ns());
    }
    return 100 * (median(times[1], frames) / median(times[0], frames) - 1);
}

// A percentage, though it is called time: as many as were asked for, in parts; below nothing is
// noise.
uint64_t as_time(double percent, uint64_t count) {
    return percent > 0 ? uint64_t(percent * kFine * double(count)) : 0;
}

uint64_t cost_of_loop(uint64_t count) {
    weft::System& system = system_of_two();
    double percent = 0;
    const uint32_t frames = count > kMostFrames ? kMostFrames : uint32_t(count);
    const auto loop = [&] { percent = percent_more_of_loop(system, frames); };
    must(system.run(loop) == weft::Status::ok);
    return as_time(percent, count);
}

// Two frames after one another have nearly the same to do, others have not: ratios of neighbours,
// from when the gates are open.
double percent_more_of_demo(const demo::Game& game, uint32_t frames) {
    constexpr uint32_t kFirst = 48;
    static double ratios[kMostFrames];
    uint32_t pairs = 0;
    for (uint32_t i = kFirst; i + 2 < frames; i += 2) {
        const double first = double(game.record(i + 1).begun_ns - game.record(i).begun_ns);
        const double second = double(game.record(i + 2).begun_ns - game.record(i + 1).begun_ns);
        ratios[pairs++] = demo::is_traced_turn(i) ? first / second : second / first;
    }
    return 100 * (median(ratios, pairs) - 1);
}

uint64_t cost_of_demo(uint64_t count) {
    constexpr uint32_t kFrames = 300;
    weft::System& system = system_of_two();
    static demo::Screen unseen;
    static demo::Options options;
    alignas(demo::Game) static unsigned char room[sizeof(demo::Game)];
    options.workers = 2;
    options.frames = kFrames;
    options.trace_in_turns = true;
    demo::Game& game = *weft::construct_at<demo::Game>(room, system, options, unseen);
    must(system.run([&game] {
        weft::Counter done;
        must(weft::run_on(0, done, [&game] { return game.run(); }) == weft::Status::ok);
        return weft::wait(done);
    }) == weft::Status::ok);
    const double percent = percent_more_of_demo(game, kFrames);
    weft::destroy_at(&game);
    return as_time(percent, count);
}

uint64_t events(uint64_t count) {
    const weft::Tracer& tracer = system_of_two().scheduler().worker(0).tracer();
    const Stopwatch watch;
    for (uint64_t i = 0; i < count; i++)
        tracer.attached()->record(weft::TraceKind::counter, 1, 2);
    return watch.ns();
}

constexpr Variant kTraces[] = {
    {"trace.cost.pct", cost_of_demo, kFine},
    {"trace.cost.loop.pct", cost_of_loop, kFine},
    {"trace.event.ns", events},
};

}  // namespace

weft::Span<const Variant> weft_traces() {
    return kTraces;
}

}  // namespace bench
