// object_figures.hpp - what an object arena counts, readable from any core while it runs
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/base/atomic.hpp>

namespace weft {

// Bytes are those of whole blocks: object, header, padding. Totals that only rise wrap where a
// size_t does.
struct ObjectFigures {
    size_t bytes;            // in blocks in use
    size_t peak_bytes;       // most of these at once
    size_t objects;          // in use, those included that other cores dropped and nobody collected
    size_t allocated;        // objects ever
    size_t reclaimed_bytes;  // ever, by release or reset
    size_t remote_releases;  // objects that came back from other cores
    size_t chunks;
    size_t chunk_bytes;        // as the provider gave them
    size_t refused_too_large;  // no chunk can hold the object, or its alignment is above the limit
    size_t refused_no_memory;  // the provider had nothing, before and after the pressure function
    size_t pressure_calls;
    size_t moves;        // objects that compaction moved
    size_t moved_bytes;  // in their blocks
};

// A number with one writer: no read-modify-write is needed.
class Gauge {
 public:
    size_t get() const {
        // Relaxed: a figure for people orders nothing.
        return value_.load_relaxed();
    }
    void set(size_t value) {
        // Relaxed: as above; only the owner writes.
        value_.store_relaxed(value);
    }
    void add(size_t value) { set(get() + value); }
    void subtract(size_t value) { set(get() - value); }

 private:
    Atomic<size_t> value_{0};
};

struct ObjectGauges {
    Gauge bytes, peak_bytes, objects, allocated, reclaimed_bytes, remote_releases, chunks,
        chunk_bytes, refused_too_large, refused_no_memory, pressure_calls, moves, moved_bytes;

    void note_taken(size_t block_bytes) {
        const size_t now = bytes.get() + block_bytes;
        bytes.set(now);
        if (now > peak_bytes.get()) peak_bytes.set(now);
        objects.add(1);
    }
    void note_reclaimed(size_t block_bytes) {
        bytes.subtract(block_bytes);
        objects.subtract(1);
        reclaimed_bytes.add(block_bytes);
    }
    // Every object and every chunk is gone.
    void note_reset() {
        reclaimed_bytes.add(bytes.get());
        bytes.set(0);
        objects.set(0);
        chunks.set(0);
        chunk_bytes.set(0);
    }
    ObjectFigures read() const {
        return {bytes.get(),
                peak_bytes.get(),
                objects.get(),
                allocated.get(),
                reclaimed_bytes.get(),
                remote_releases.get(),
                chunks.get(),
                chunk_bytes.get(),
                refused_too_large.get(),
                refused_no_memory.get(),
                pressure_calls.get(),
                moves.get(),
                moved_bytes.get()};
    }
};

}  // namespace weft
