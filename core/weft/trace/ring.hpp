// ring.hpp - what happened on one worker, latest events only: fixed memory, one writer
// SPDX-License-Identifier: MIT
//
//   | head: magic, sizes, clocks, written | event | event | ... | figures of tags |
//                                            ^ written, modulo capacity: the oldest is overwritten
//
// The memory is its own format: whoever finds the magic in a dump of a dead target's memory, a core
// file or a file that dump() made can read it (tools/trace/decode.py). Sizes stand in the head.
//
// The owner writes; anybody may read meanwhile: an event counts only if, once it was copied, fewer
// than `capacity` events have been written since. Every word of an event is stored with release
// order, after the count of the event before: who has copied a word of a later event therefore sees
// the later count, and drops the copy.
#pragma once
#include <weft/base/atomic.hpp>
#include <weft/base/bytes.hpp>
#include <weft/config/footprint.hpp>
#include <weft/memory/owner_counter.hpp>

// Without it nothing of tracing is left in the code. A program's files must agree.
#ifndef WEFT_TRACE
#define WEFT_TRACE 1
#endif

namespace weft {

// X(name, what `fiber` and `argument` of the event are)
#define WEFT_TRACE_KINDS(X)                                                 \
    X(none, "overwritten while it was copied")                              \
    X(job_begin, "the fiber that runs it; its function")                    \
    X(job_end, "the fiber that ran it; its function")                       \
    X(resume, "the fiber that runs from here on; 0")                        \
    X(wait, "as resume, while the last one waits; for this counter")        \
    X(yield, "as resume, while the last one is ready again; 0")             \
    X(wake, "the fiber that is ready; 0")                                   \
    X(steal, "the thief's fiber; the worker it was taken from")             \
    X(park, "the worker's fiber; 0")                                        \
    X(unpark, "the worker's fiber; 0")                                      \
    X(frame_begin, "the frame's number; 0")                                 \
    X(frame_end, "the frame's number; bytes of the ending worker's memory") \
    X(frame_reset, "the frame's number; 0")                                 \
    X(no_memory, "the fiber that asked; for how many bytes, 0 for a fiber") \
    X(interrupt, "the fiber that completes it; the counter")                \
    X(zone_begin, "the fiber; its name")                                    \
    X(zone_end, "the fiber; its name")                                      \
    X(counter, "its name; its value")

enum class TraceKind : uint16_t {
#define WEFT_TRACE_KIND(name, text) name,
    WEFT_TRACE_KINDS(WEFT_TRACE_KIND)
#undef WEFT_TRACE_KIND
        count,
};

// Addresses, of fibers, counters and functions, as one word: lines of a cache, or low bits.
inline uint32_t trace_line(const void* at) {
    return uint32_t(reinterpret_cast<uintptr_t>(at) / port::kCacheLine);
}
inline uint32_t trace_low(uintptr_t at) {
    return uint32_t(at);
}

struct TraceEvent {
    uint32_t ticks;  // low bits of trace_ticks()
    uint32_t kind;   // TraceKind, and above it the next 16 bits of the ticks
    uint32_t fiber;
    uint32_t argument;
};
static_assert(sizeof(TraceEvent) == kTraceEventBytes, "kTraceEventBytes in footprint.hpp");

// The clock of events. Small cores' cycle counters are 32 bits, or do not count at all.
inline uint64_t trace_ticks() {
    if constexpr (sizeof(void*) == 4) return port::now_ns();
    return port::cycle_count();
}

// What was spent under one name, on one worker.
struct TraceTag {
    OwnerCounter count, bytes, ticks, ticks_high;

    // The owner.
    void add(uint64_t more_ticks, size_t more_bytes) {
        const uint64_t sum = all_ticks() + more_ticks;
        count.add(1);
        bytes.add(more_bytes);
        ticks.set(uintptr_t(sum));
        if constexpr (sizeof(void*) == 4) ticks_high.set(uintptr_t(sum >> 32));
    }
    // Any core: seldom, on small ones, while a half is written, too many.
    uint64_t all_ticks() const {
        if constexpr (sizeof(void*) == 4)
            return uint64_t(ticks_high.value()) << 32 | uint32_t(ticks.value());
        return ticks.value();
    }
};
static_assert(sizeof(TraceTag) == kTraceTagBytes, "kTraceTagBytes in footprint.hpp");

// So that ticks can be told as time: both clocks, at one moment.
struct TraceMoment {
    uint64_t ticks;
    uint64_t ns;
    static TraceMoment now() { return {trace_ticks(), port::now_ns()}; }
};

// Where fibers lie, for who turns an event's word into a worker and a place in its pool.
struct TraceFibers {
    uint64_t first;   // address
    uint64_t stride;  // bytes from one worker's first to the next one's
    uint32_t bytes;   // of one fiber
    uint32_t count;   // of one worker
};

// What comes first in the memory; sizes and places are the format, version 1.
struct TraceFacts {
    static constexpr uint64_t kMagic = 0x474e495254464557;  // "WEFTRING"
    static constexpr uint32_t kVersion = 1;

    uint64_t magic;
    uint32_t version;
    uint32_t capacity;    // events, a power of two
    uint32_t worker;      // TraceRing::kNobody: the frames, of no worker
    uint32_t line_bytes;  // what trace_line() divided by
    uint32_t tags;        // how many follow the events
    uint32_t tag_bytes;   // of one
    TraceFibers fibers;
    uint64_t code;      // address of weft_trace_mark: tells how far the program was moved
    TraceMoment first;  // when the ring was made
};

// And what changes, behind it.
struct TraceState {
    TraceMoment latest;        // some time during the latest events
    Atomic<uint32_t> written;  // events, low and high bits; the low ones are stored last
    Atomic<uint32_t> written_high;
};

struct TraceHead {
    TraceFacts facts;
    TraceState state;
};
static_assert(offsetof(TraceFacts, fibers) == 32 && offsetof(TraceFacts, code) == 56 &&
                  offsetof(TraceHead, state) == 80 && offsetof(TraceState, written) == 16,
              "TraceHead: tools/trace/decode.py reads these places");
static_assert(sizeof(TraceHead) <= kTraceHeadBytes, "kTraceHeadBytes in footprint.hpp");

extern "C" const unsigned char weft_trace_mark;

using TraceSink = void (*)(void* context, const void* bytes, size_t size);

class TraceRing {
 public:
    static constexpr uint32_t kNobody = ~uint32_t(0);

    // In `memory`, of trace_ring_bytes(events, tags), aligned to a cache line.
    static TraceRing* make(Bytes memory, uint32_t events, uint32_t tags, uint32_t worker,
                           const TraceFibers& fibers);

    // The owner only.
    void record(TraceKind kind, uint32_t fiber, uint32_t argument);
    // Both clocks are read: whoever sleeps, or has time.
    void synchronise() { head_.state.latest = TraceMoment::now(); }
    TraceTag& tag(uint32_t index);

    // Any core.
    uint32_t capacity() const { return head_.facts.capacity; }
    uint64_t written() const;
    // One that was written and is not overwritten. False: it is gone.
    bool read(uint64_t index, TraceEvent* event) const;
    // The memory as it stands, in pieces; events that are overwritten meanwhile are left out.
    void dump(TraceSink sink, void* context) const;

 private:
    struct Cell {
        Atomic<uint32_t> words[4];
    };
    static_assert(sizeof(Cell) == sizeof(TraceEvent), "TraceRing: a cell is an event");

    // Every so many events the clocks are read, for the case that the target dies.
    static constexpr uint32_t kClockEvery = 64;

    static void dump_tag(const TraceTag& tag, TraceSink sink, void* context);

    Cell* cells() const {
        return reinterpret_cast<Cell*>(reinterpret_cast<uintptr_t>(this) + kTraceHeadBytes);
    }
    TraceTag* tags() const { return reinterpret_cast<TraceTag*>(cells() + head_.facts.capacity); }
    void raise_high();

    TraceHead head_;
};

}  // namespace weft
