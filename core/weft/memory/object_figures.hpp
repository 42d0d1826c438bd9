// object_figures.hpp - what an object arena counts, readable from any core while it runs
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/memory/owner_counter.hpp>

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

struct ObjectCounters {
    OwnerCounter bytes, peak_bytes, objects, allocated, reclaimed_bytes, remote_releases, chunks,
        chunk_bytes, refused_too_large, refused_no_memory, pressure_calls, moves, moved_bytes;

    void note_taken(size_t block_bytes) {
        bytes.add(block_bytes);
        peak_bytes.raise_to(bytes.value());
        objects.add(1);
    }
    void note_reclaimed(size_t block_bytes, size_t count) {
        bytes.add(0 - block_bytes);
        objects.add(0 - count);
        reclaimed_bytes.add(block_bytes);
    }
    void note_chunk_given(size_t chunk_size) {
        chunks.add(size_t(0) - 1);
        chunk_bytes.add(0 - chunk_size);
    }
    ObjectFigures read() const {
        return {bytes.value(),
                peak_bytes.value(),
                objects.value(),
                allocated.value(),
                reclaimed_bytes.value(),
                remote_releases.value(),
                chunks.value(),
                chunk_bytes.value(),
                refused_too_large.value(),
                refused_no_memory.value(),
                pressure_calls.value(),
                moves.value(),
                moved_bytes.value()};
    }
};

}  // namespace weft
