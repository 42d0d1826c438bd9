// chunk_cache.hpp - a worker's few free chunks at hand, without the heap's lock
// SPDX-License-Identifier: MIT
//
//   row 0:  [ slot ] [ slot ]    smallest chunks        owner:    put (a store), take (an exchange)
//   row 1:  [ slot ] [ slot ]    of twice the size      any core: take_any (an exchange)
//   ...
//
// One worker at a time owns it and calls all but take_any() and figures(). Invariant: only the
// owner fills a slot, so one that it sees empty stays so until it fills it; a chunk leaves by an
// exchange, so it goes to one taker. Wait-free, O(slots). ABA: nobody compares.
#pragma once
#include <weft/base/bytes.hpp>
#include <weft/memory/owner_counter.hpp>

namespace weft {

struct ChunkCacheFigures {
    uint32_t hits;
    uint32_t misses;    // takes of a size that has a row, which was empty
    uint32_t returned;  // chunks that take_any() gave
    size_t held;        // bytes
};

class ChunkCache {
 public:
    static constexpr unsigned kRows = 6;
    static constexpr unsigned kSlots = 2;

    ChunkCache() = default;
    ChunkCache(const ChunkCache&) = delete;
    ChunkCache& operator=(const ChunkCache&) = delete;

    // For chunks of `smallest`, a power of two, up to smallest << (kRows - 1); never more than
    // `most_bytes` in all: sizes whose rows would not fit have none, the largest go first.
    void init(size_t smallest, size_t most_bytes);

    // No data when the row is empty or there is none.
    Bytes take(size_t bytes);
    // False when there is no room: the chunk is still the caller's. Panics on one that is here.
    bool put(Bytes chunk);

    // Any chunk, for whoever gives it back to its heap; no data when there is none.
    Bytes take_any();

    ChunkCacheFigures figures() const;

 private:
    unsigned row_for(size_t bytes) const;
    size_t bytes_of(unsigned row) const { return smallest_ << row; }
    unsigned char* take_from(unsigned row);

    size_t smallest_ = 0;
    unsigned rows_ = 0;
    unsigned shift_ = 0;  // of the smallest size
    Atomic<unsigned char*> slots_[kRows][kSlots];
    OwnerCounter hits_, misses_;
    Atomic<uint32_t> returned_;
};

}  // namespace weft
