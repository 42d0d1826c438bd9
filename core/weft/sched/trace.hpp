// trace.hpp - what the workers' traces share, and what jobs can add to them
// SPDX-License-Identifier: MIT
//
//     weft::TraceZone zone("sand rows");   // from here to the end of the block, waits included
//     zone.add_bytes(row_bytes);
//     weft::trace_value("grains", moving);
//
// Names are literals. Off, or without Config::trace_events, a zone costs a look; with WEFT_TRACE=0
// it is not there.
#pragma once
#include <weft/base/status.hpp>
#include <weft/trace/names.hpp>
#include <weft/trace/tracer.hpp>

namespace weft {

// Sums over all workers. What a tick is: trace_ticks().
struct TraceTagFigures {
    uintptr_t count;
    uint64_t ticks;
    uintptr_t bytes;
};

#if WEFT_TRACE
class Trace {
 public:
    // Of the scheduler, in the whole storage. Status: storage_too_small.
    Status lay_out(const StoragePlan& plan, Bytes storage);
    void forget();

    // Null without a trace.
    TraceNames* names() const { return names_; }
    // Of who begins and ends frames.
    TraceRing* frames() const { return frames_; }

 private:
    TraceNames* names_ = nullptr;
    TraceRing* frames_ = nullptr;
};

class TraceZone {
 public:
    explicit TraceZone(const char* name);
    ~TraceZone();
    TraceZone(const TraceZone&) = delete;
    TraceZone& operator=(const TraceZone&) = delete;

    // That it read and wrote, by the caller's own estimate.
    void add_bytes(size_t bytes) { bytes_ += bytes; }

 private:
    static constexpr uint32_t kOff = ~uint32_t(0);

    uint32_t name_ = kOff;
    uint64_t began_ = 0;
    size_t bytes_ = 0;
};

void trace_value(const char* name, uint32_t value);
#else
class Trace {
 public:
    static Status lay_out(const StoragePlan&, Bytes) { return Status::ok; }
    static void forget() {}
    static TraceNames* names() { return nullptr; }
    static TraceRing* frames() { return nullptr; }
};

class TraceZone {
 public:
    explicit TraceZone(const char*) {}
    ~TraceZone() {}
    void add_bytes(size_t) {}
};

inline void trace_value(const char*, uint32_t) {}
#endif

}  // namespace weft
