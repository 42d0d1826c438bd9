// test_ring.cpp - events are kept, overwritten, read while they are written, dumped
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/trace/tracer.hpp>

using namespace weft;

namespace {

constexpr uint32_t kEvents = 16;
constexpr uint32_t kTags = 4;
constexpr uint32_t kKindBits = 0xffff;

struct RingFixture {
    alignas(port::kCacheLine) unsigned char memory[trace_ring_bytes(kEvents, kTags)];
    TraceRing& ring;

    RingFixture()
        : ring(*TraceRing::make({memory, sizeof memory}, kEvents, kTags, 7,
                                {0x1000, 0x100, 64, 4})) {}
    void record(uint32_t from, uint32_t count) {
        for (uint32_t i = from; i < from + count; i++)
            ring.record(TraceKind::wake, i, i * 3);
    }
};

struct Dump {
    alignas(8) unsigned char bytes[trace_ring_bytes(kEvents, kTags)];
    size_t used = 0;

    static void sink(void* context, const void* bytes, size_t size) {
        Dump* const dump = static_cast<Dump*>(context);
        EXPECT(dump->used + size <= sizeof dump->bytes);
        __builtin_memcpy(dump->bytes + dump->used, bytes, size);
        dump->used += size;
    }
    const TraceFacts& facts() const { return *reinterpret_cast<const TraceFacts*>(bytes); }
    const TraceEvent* events() const {
        return reinterpret_cast<const TraceEvent*>(bytes + kTraceHeadBytes);
    }
};

TEST(an_event_is_read_as_it_was_recorded) {
    RingFixture fixture;
    fixture.ring.record(TraceKind::steal, 5, 9);
    TraceEvent event;
    EXPECT(fixture.ring.read(0, &event));
    EXPECT_EQ(event.kind & kKindBits, uint32_t(TraceKind::steal));
    EXPECT_EQ(event.fiber, 5u);
    EXPECT_EQ(event.argument, 9u);
    EXPECT(!fixture.ring.read(1, &event));
}

TEST(a_full_ring_keeps_the_latest_events_and_counts_all) {
    RingFixture fixture;
    fixture.record(0, 3 * kEvents + 5);
    EXPECT_EQ(fixture.ring.written(), 3 * kEvents + 5);
    TraceEvent event;
    for (uint32_t i = 0; i < 3 * kEvents + 5; i++) {
        const bool kept = i > 2 * kEvents + 5;  // one place belongs to who writes next
        EXPECT_EQ(fixture.ring.read(i, &event), kept);
        if (kept) EXPECT_EQ(event.fiber, i);
    }
}

TEST(a_ring_counts_on_beyond_32_bits) {
    RingFixture fixture;
    uint32_t written = ~uint32_t(0) - 2;
    __builtin_memcpy(fixture.memory + offsetof(TraceHead, state) + offsetof(TraceState, written),
                     &written, sizeof written);
    fixture.record(0, 5);
    EXPECT_EQ(fixture.ring.written(), (uint64_t(1) << 32) + 2);
}

TEST(an_event_has_the_time_of_its_recording) {
    RingFixture fixture;
    const uint64_t before = trace_ticks();
    fixture.record(0, 1);
    const uint64_t after = trace_ticks();
    TraceEvent event;
    EXPECT(fixture.ring.read(0, &event));
    const uint64_t at = uint64_t(event.kind >> 16) << 32 | event.ticks;
    constexpr uint64_t kBits = (uint64_t(1) << 48) - 1;
    EXPECT(((at - before) & kBits) <= after - before);
}

TEST(a_dump_is_the_memory_as_it_stands) {
    RingFixture fixture;
    fixture.record(0, kEvents + 3);
    fixture.ring.tag(2).bytes.add(77);
    Dump dump;
    fixture.ring.dump(Dump::sink, &dump);
    EXPECT_EQ(dump.used, kTraceHeadBytes + kEvents * sizeof(TraceEvent) + kTags * sizeof(TraceTag));
    EXPECT_EQ(dump.facts().magic, TraceFacts::kMagic);
    EXPECT_EQ(dump.facts().worker, 7u);
    for (uint32_t place = 0; place < kEvents; place++) {
        TraceEvent kept;
        __builtin_memcpy(&kept, fixture.memory + kTraceHeadBytes + sizeof kept * place,
                         sizeof kept);
        // The oldest may be overwritten at any moment, and is left out.
        EXPECT_EQ(dump.events()[place].fiber, place == 3 ? 0 : kept.fiber);
        EXPECT_EQ(dump.events()[place].ticks, place == 3 ? 0 : kept.ticks);
    }
    EXPECT(__builtin_memcmp(dump.events() + kEvents,
                            fixture.memory + kTraceHeadBytes + sizeof(TraceEvent) * kEvents,
                            sizeof(TraceTag) * kTags) == 0);
}

TEST(a_ring_can_be_read_while_its_owner_writes) {
    NEEDS_CORES(2);
    struct Shared {
        RingFixture fixture;
        Atomic<uint32_t> stop;
    } shared;
    const auto write = [](void* at) {
        Shared& to = *static_cast<Shared*>(at);
        // Relaxed: a request.
        for (uint32_t i = 1; to.stop.load_relaxed() == 0; i++)
            to.fixture.record(i, 1);
    };
    EXPECT(port::start_core(1, false, write, &shared));
    unit::wait_until([&] { return shared.fixture.ring.written() > kEvents; });
    uint32_t torn = 0;
    uint32_t read = 0;
    for (uint32_t i = 0; i < 20000; i++) {
        TraceEvent event;
        const uint64_t newest = shared.fixture.ring.written() - 1;
        if (!shared.fixture.ring.read(newest - i % kEvents, &event)) continue;
        read++;
        torn +=
            event.argument != event.fiber * 3 || event.fiber != uint32_t(newest - i % kEvents) + 1;
    }
    // Relaxed: as above.
    shared.stop.store_relaxed(1);
    port::join_core(1);
    EXPECT_EQ(torn, 0u);
    EXPECT(read > 0);
}

#if WEFT_TRACE
TEST(a_tracer_that_is_off_records_nothing) {
    RingFixture fixture;
    Tracer tracer;
    tracer.event(TraceKind::park, uint32_t(0), 0);
    tracer.attach(&fixture.ring);
    tracer.event(TraceKind::park, uint32_t(0), 0);
    tracer.set(false);
    tracer.event(TraceKind::park, uint32_t(0), 0);
    EXPECT_EQ(fixture.ring.written(), 1u);
}
#endif

}  // namespace
