// names.hpp - the names of zones and counters, as small numbers that fit an event
// SPDX-License-Identifier: MIT
//
// A hash of addresses: a name is a string literal, known by where it lies. Two literals with one
// text may have two numbers; who reads a trace goes by the text. Lock-free, and nothing is ever
// removed. When it is full, further names share the last number.
#pragma once
#include <weft/base/atomic.hpp>
#include <weft/config/footprint.hpp>

namespace weft {

class TraceNames {
 public:
    static constexpr uint64_t kMagic = 0x454d414e54464557;  // "WEFTNAME"
    static constexpr uint32_t kOther = kTraceNames - 1;

    // Any core; the literal must live as long as this does.
    uint32_t number_of(const char* name);
    // Null: nobody has that number, or it is shared.
    const char* name_of(uint32_t number) const;

 private:
    static uint32_t first_place(const char* name);

    // Read in dumps of memory: tools/trace/decode.py.
    [[maybe_unused]] uint64_t magic_ = kMagic;
    [[maybe_unused]] uint32_t count_ = kTraceNames;
    [[maybe_unused]] uint32_t pointer_bytes_ = sizeof(void*);
    Atomic<const char*> names_[kTraceNames];
};
static_assert(sizeof(TraceNames) <= kTraceNamesBytes, "kTraceNamesBytes in footprint.hpp");

}  // namespace weft
