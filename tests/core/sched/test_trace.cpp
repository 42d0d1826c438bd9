// test_trace.cpp - what the scheduler writes into its traces
// SPDX-License-Identifier: MIT
#include "../system/system_fixture.hpp"

#if WEFT_TRACE

using namespace weft;

namespace {

constexpr uint32_t kKindBits = 0xffff;
constexpr uint32_t kEvents = 1024;

Config traced(uint32_t workers) {
    return small_system(workers).trace_events(kEvents);
}

// Calls visit(kind, event) for each event of a ring, oldest first.
template <class Visit>
void for_each_event(const TraceRing& ring, Visit visit) {
    const uint64_t end = ring.written();
    for (uint64_t i = end > kEvents ? end - kEvents : 0; i < end; i++) {
        TraceEvent event;
        if (ring.read(i, &event)) visit(TraceKind(event.kind & kKindBits), event);
    }
}

uint32_t count_of(const TraceRing& ring, TraceKind kind) {
    uint32_t count = 0;
    for_each_event(ring, [&](TraceKind found, const TraceEvent&) { count += found == kind; });
    return count;
}

const TraceRing& ring_of(RunningSystem& running, uint32_t worker) {
    return *running.scheduler().worker(worker).tracer().attached();
}

TEST(each_job_has_a_begin_and_an_end_in_the_trace) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(traced(1));
    run_in(one, [] {
        Counter done;
        for (int i = 0; i < 10; i++)
            run(done, [] {});
        EXPECT_OK(wait(done));
    });
    EXPECT_EQ(count_of(ring_of(one, 0), TraceKind::job_begin), 11u);
    EXPECT_EQ(count_of(ring_of(one, 0), TraceKind::job_end), 11u);
}

TEST(a_wait_names_its_counter_and_a_wake_its_fiber) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(traced(1));
    Counter gate(1), done;
    Counter* const at = &gate;
    uint32_t waiter = 0;
    uint32_t* const told = &waiter;
    EXPECT_OK(one.system.submit(done, [at, told] {
        *told = trace_line(Worker::current()->running());
        EXPECT_OK(wait(*at));
    }));
    (void)one.system.pump();
    EXPECT_OK(one.system.submit(done, [at] { decrement(*at); }));
    (void)one.system.pump();
    uint32_t waits = 0;
    uint32_t wakes = 0;
    uint32_t resumes = 0;
    for_each_event(ring_of(one, 0), [&](TraceKind kind, const TraceEvent& event) {
        waits +=
            kind == TraceKind::wait && event.argument == uint32_t(reinterpret_cast<uintptr_t>(at));
        wakes += kind == TraceKind::wake && event.fiber == waiter;
        resumes += wakes != 0 && kind == TraceKind::resume && event.fiber == waiter;
    });
    EXPECT_EQ(waits, 1u);
    EXPECT_EQ(wakes, 1u);
    EXPECT_EQ(resumes, 1u);
    EXPECT(done.complete());
}

TEST(a_yield_is_no_wait_in_the_trace) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(traced(1));
    run_in(one, [] { yield(); });
    EXPECT_EQ(count_of(ring_of(one, 0), TraceKind::yield), 1u);
    EXPECT_EQ(count_of(ring_of(one, 0), TraceKind::wait), 0u);
}

TEST(a_steal_names_the_worker_that_it_was_taken_from) {
    NEEDS_RAM(64 * 1024);
    NEEDS_CORES(2);
    RunningSystem two(traced(2));
    Atomic<uint32_t> stolen;
    run_in(two, [&stolen] {
        Counter done;
        Atomic<uint32_t>* const count = &stolen;
        const uint32_t here = Worker::current()->index();
        const auto look = [count, here] {
            if (Worker::current()->index() != here)
                count->fetch_add_relaxed(1);  // Relaxed: a count.
        };
        // Relaxed: a count.
        while (stolen.load_relaxed() == 0) {
            for (int i = 0; i < 64; i++)
                run(done, look);
            for (int i = 0; i < 1000; i++)
                port::cpu_relax();
            EXPECT_OK(wait(done));
        }
    });
    uint32_t steals = 0;
    for (uint32_t worker = 0; worker < 2; worker++)
        for_each_event(ring_of(two, worker), [&](TraceKind kind, const TraceEvent& event) {
            if (kind != TraceKind::steal) return;
            steals++;
            EXPECT_EQ(event.argument, 1 - worker);
        });
    EXPECT(steals > 0);
}

TEST(a_worker_that_sleeps_says_so_in_the_trace) {
    NEEDS_RAM(64 * 1024);
    NEEDS_CORES(2);
    RunningSystem two(traced(2));
    unit::wait_until([&] { return count_of(ring_of(two, 1), TraceKind::park) != 0; });
    EXPECT_OK(two.system.run([] {}));
}

TEST(a_signal_from_an_interrupt_is_in_the_trace_of_who_completes_it) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(traced(1));
    Counter gate(1);
    one.system.decrement_from_interrupt(gate);
    (void)one.system.pump();
    (void)one.system.pump();
    EXPECT(gate.complete());
    EXPECT_EQ(count_of(ring_of(one, 0), TraceKind::interrupt), 1u);
}

TEST(what_is_refused_for_want_of_memory_is_in_the_trace) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(traced(1).job_memory_bytes(0));
    run_in(one, [] {
        Counter done;
        const struct { char bytes[2 * kJobClosureBytes]; } large = {};
        run(done, [large] { (void)large; });
        EXPECT_OK(wait(done));
    });
    EXPECT(count_of(ring_of(one, 0), TraceKind::no_memory) != 0);
}

TEST(frames_are_traced_with_their_bytes_and_what_they_refused) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(traced(1));
    Frames& frames = one.system.frames();
    run_in(one, [&frames] {
        const Frame frame = frames.begin().value();
        {
            FrameUse use(frames, frame);
            EXPECT(frames.memory_here(frame).allocate(256) != nullptr);
            EXPECT(frames.memory_here(frame).allocate(1u << 20) == nullptr);
        }
        EXPECT(frames.end(frame));
        EXPECT(frames.end(frames.begin().value()));
    });
    const TraceRing& ring = *one.scheduler().trace.frames();
    uint32_t bytes = 0;
    for_each_event(ring, [&](TraceKind kind, const TraceEvent& event) {
        if (kind == TraceKind::frame_end) bytes += event.argument;
        if (kind == TraceKind::no_memory) EXPECT_EQ(event.argument, 1u);
    });
    EXPECT(bytes >= 256 && bytes < 1024);
    EXPECT_EQ(count_of(ring, TraceKind::frame_begin), 2u);
    EXPECT_EQ(count_of(ring, TraceKind::frame_reset), 2u);
    EXPECT_EQ(count_of(ring, TraceKind::no_memory), 1u);
}

TEST(a_frame_has_the_bytes_of_workers_that_use_it) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(traced(1));
    Frames& frames = one.system.frames();
    run_in(one, [&frames] {
        const Frame first = frames.begin().value();
        EXPECT(frames.memory_here(first).allocate(512) != nullptr);
        EXPECT(frames.set().bytes_in(first) >= 512);
        EXPECT(frames.end(first));
        EXPECT_EQ(frames.set().bytes_in(first), 0u);
        EXPECT(frames.end(frames.begin().value()));
        const Frame again = frames.begin().value();  // where the first one was
        EXPECT_EQ(frames.set().bytes_in(again), 0u);
        EXPECT(frames.end(again));
    });
}

TEST(a_frame_that_a_job_is_done_with_is_reset_in_the_jobs_trace) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(traced(1));
    Frames& frames = one.system.frames();
    run_in(one, [&frames] {
        const Frame frame = frames.begin().value();
        FrameUse use(frames, frame);
        EXPECT(!frames.end(frame));
    });
    EXPECT_EQ(count_of(ring_of(one, 0), TraceKind::frame_reset), 1u);
}

TEST(zones_are_traced_and_summed_by_name) {
    NEEDS_RAM(64 * 1024);
    NEEDS_CORES(2);
    RunningSystem two(traced(2));
    static const char kZone[] = "zone";
    run_in(two, [] {
        Counter done;
        for (int i = 0; i < 20; i++)
            run(done, [] {
                TraceZone zone(kZone);
                zone.add_bytes(3);
                yield();
                trace_value("value", 4);
            });
        EXPECT_OK(wait(done));
    });
    const TraceTagFigures sum = two.scheduler().tag_figures(kZone);
    EXPECT_EQ(sum.count, 20u);
    EXPECT_EQ(sum.bytes, 60u);
    EXPECT(sum.ticks != 0);
    uint32_t kinds[3] = {};
    for (uint32_t worker = 0; worker < 2; worker++) {
        kinds[0] += count_of(ring_of(two, worker), TraceKind::zone_begin);
        kinds[1] += count_of(ring_of(two, worker), TraceKind::zone_end);
        kinds[2] += count_of(ring_of(two, worker), TraceKind::counter);
    }
    EXPECT(kinds[0] == 20 && kinds[1] == 20 && kinds[2] == 20);
}

TEST(a_trace_can_be_switched_off_and_on) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(traced(1));
    one.system.set_tracing(false);
    EXPECT_OK(one.system.run([] { TraceZone zone("quiet"); }));
    EXPECT(one.system.frames().end(one.system.frames().begin().value()));
    EXPECT_EQ(ring_of(one, 0).written(), 0u);
    EXPECT_EQ(one.scheduler().trace.frames()->written(), 0u);
    one.system.set_tracing(true);
    EXPECT_OK(one.system.run([] {}));
    EXPECT(ring_of(one, 0).written() > 0);
}

TEST(without_trace_events_nothing_is_kept_and_zones_do_nothing) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(small_system(1));
    one.system.set_tracing(true);
    EXPECT_OK(one.system.run([] {
        TraceZone zone("nowhere");
        trace_value("nothing", 1);
    }));
    EXPECT(one.scheduler().worker(0).tracer().attached() == nullptr);
    EXPECT_EQ(one.scheduler().tag_figures("nowhere").count, 0u);
}

}  // namespace

#endif
