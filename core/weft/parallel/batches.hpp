// batches.hpp - how a range is cut for several workers
// SPDX-License-Identifier: MIT
//
//   [begin ......................................... end)
//   | batch 0 | batch 1 | batch 2 | ...  | batch count-1 |      sizes differ by one at most
//
// A batch is run by one worker, in order, in one call of a chunk body. Between two batches a worker
// looks whether another one asks for work, and gives it half of the batches that it has left: so
// the number of batches says how finely a range can be shared, and how often a worker looks.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace weft {

struct Batches {
    uint32_t per_worker = 0;
    uint32_t parts = 0;  // whatever the number of workers

    // By what one index costs: the cheaper, the fewer.
    static constexpr Batches trivial() { return {2, 0}; }
    static constexpr Batches light() { return {4, 0}; }
    static constexpr Batches moderate() { return {8, 0}; }
    static constexpr Batches heavy() { return {16, 0}; }
    static constexpr Batches automatic() { return light(); }
    static constexpr Batches fixed(uint32_t parts) { return {0, parts}; }
    // What a loop does that is told nothing: 128 to 255 a worker; with one worker, one.
    static constexpr Batches adaptive() { return {0, 0}; }
};

// A range, cut. No division is left to do.
struct Cut {
    size_t begin;
    size_t size;    // of a batch;
    size_t larger;  // so many, the first ones, have one index more
    size_t count;

    // Of batch `index`; of batch `count`, the range's end.
    size_t begin_of(size_t index) const {
        return begin + index * size + (index < larger ? index : larger);
    }
};

// For the workers that are there. In a job; elsewhere it panics.
Cut cut_range(size_t begin, size_t end, Batches batches);

}  // namespace weft
