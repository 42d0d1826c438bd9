// ring.cpp - writing, reading and dumping a ring of events
// SPDX-License-Identifier: MIT
#include <weft/base/place.hpp>
#include <weft/trace/ring.hpp>

namespace weft {

extern "C" const unsigned char weft_trace_mark = 0;

TraceRing* TraceRing::make(Bytes memory, uint32_t events, uint32_t tags, uint32_t worker,
                           const TraceFibers& fibers) {
    WEFT_REQUIRE(is_power_of_two(events) && memory.size >= trace_ring_bytes(events, tags));
    TraceRing* const ring = construct_at<TraceRing>(memory.data);
    for (uint32_t i = 0; i < events; i++)
        construct_at<Cell>(ring->cells() + i);
    ring->head_.facts = {0,
                         TraceFacts::kVersion,
                         events,
                         worker,
                         port::kCacheLine,
                         tags,
                         sizeof(TraceTag),
                         fibers,
                         reinterpret_cast<uintptr_t>(&weft_trace_mark),
                         TraceMoment::now()};
    for (uint32_t i = 0; i < tags; i++)
        construct_at<TraceTag>(ring->tags() + i);
    ring->synchronise();
    ring->head_.facts.magic = TraceFacts::kMagic;  // last: what has a magic is complete
    return ring;
}

__attribute__((noinline)) void TraceRing::record(TraceKind kind, uint32_t fiber,
                                                 uint32_t argument) {
    const uint64_t ticks = trace_ticks();
    const uint32_t high = uint32_t(ticks >> 32) << 16;
    // Relaxed: only the owner writes it.
    const uint32_t written = head_.state.written.load_relaxed();
    Cell& cell = cells()[written & (head_.facts.capacity - 1)];
    const uint32_t words[4] = {uint32_t(ticks), uint32_t(kind) | high, fiber, argument};
    for (unsigned i = 0; i < 4; i++)
        // Release: the count below, as the last event left it, is seen by who reads this word.
        // Pairs with the acquires in read().
        cell.words[i].store_release(words[i]);
    if (written == ~uint32_t(0)) raise_high();
    // Release: publishes the event. Pairs with the acquire in written().
    head_.state.written.store_release(written + 1);
    if ((written & (kClockEvery - 1)) == 0) synchronise();
}

void TraceRing::raise_high() {
    // Relaxed: only the owner writes it, and the low bits that follow publish it.
    head_.state.written_high.store_relaxed(head_.state.written_high.load_relaxed() + 1);
}

TraceTag& TraceRing::tag(uint32_t index) {
    WEFT_REQUIRE(index < head_.facts.tags);
    return tags()[index];
}

// A moment between both halves' stores, once in 2^32 events, counts too many.
uint64_t TraceRing::written() const {
    // Acquire: the events. Pairs with the release in record().
    const uint32_t low = head_.state.written.load_acquire();
    // Relaxed: see above.
    return uint64_t(head_.state.written_high.load_relaxed()) << 32 | low;
}

bool TraceRing::read(uint64_t index, TraceEvent* event) const {
    const Cell& cell = cells()[uint32_t(index) & (head_.facts.capacity - 1)];
    uint32_t words[4];
    for (unsigned i = 0; i < 4; i++)
        // Acquire: whoever overwrote this has counted the event before. Pairs with the releases in
        // record().
        words[i] = cell.words[i].load_acquire();
    const uint64_t now = written();
    if (index >= now || now - index >= head_.facts.capacity) return false;
    *event = {words[0], words[1], words[2], words[3]};
    return true;
}

void TraceRing::dump(TraceSink sink, void* context) const {
    const uint64_t end = written();
    sink(context, &head_.facts, sizeof head_.facts);
    const TraceMoment now = TraceMoment::now();
    sink(context, &now, sizeof now);
    sink(context, &end, sizeof end);
    constexpr size_t kSent = sizeof(TraceFacts) + sizeof now + sizeof end;
    const unsigned char rest[kTraceHeadBytes - kSent] = {};
    sink(context, rest, sizeof rest);
    for (uint32_t place = 0; place < capacity(); place++) {
        // The latest event in this place, of those that were there at the beginning.
        const uint32_t back = (uint32_t(end) - 1 - place) & (capacity() - 1);
        TraceEvent event = {};
        if (end <= back || !read(end - 1 - back, &event)) event = {};
        sink(context, &event, sizeof event);
    }
    for (uint32_t i = 0; i < head_.facts.tags; i++)
        dump_tag(tags()[i], sink, context);
}

void TraceRing::dump_tag(const TraceTag& tag, TraceSink sink, void* context) {
    const uintptr_t values[] = {tag.count.value(), tag.bytes.value(), tag.ticks.value(),
                                tag.ticks_high.value()};
    static_assert(sizeof values == sizeof(TraceTag), "TraceTag: four words");
    sink(context, values, sizeof values);
}

}  // namespace weft
