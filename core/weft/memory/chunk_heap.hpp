// chunk_heap.hpp - power-of-two chunks of handed-in memory, split and merged in pairs
// SPDX-License-Identifier: MIT
//
//   memory:  | chunk 0 | chunk 1 | ...                         | one byte of notes a smallest chunk
//   | buddies: a chunk of 2^n smallest chunks at index i has its other half at index i ^ 2^n
//
// Any core may call; a bounded critical section (a spin lock with interrupts masked) covers at most
// one split or merge for each order. The heap writes into free chunks, never into taken ones.
// A chunk's address is a multiple of its size, up to the alignment that init() was given.
//
// Small builds keep no lists of free chunks: their notes are the map that take() looks at, from the
// front, and what is free needs no merging. The section covers a look at each smallest chunk.
#pragma once
#include <weft/base/bytes.hpp>
#include <weft/base/list.hpp>
#include <weft/base/spin_lock.hpp>
#include <weft/base/status.hpp>

namespace weft {

struct ChunkFigures {
    size_t total;     // bytes that chunks are cut from
    size_t free;      // bytes in free chunks
    size_t peak;      // most bytes taken at once
    uint32_t taken;   // chunks out now
    uint32_t takes;   // calls that got a chunk
    uint32_t splits;  // none where the notes are the map
    uint32_t merges;
    uint32_t refused;  // calls that got none
};

class ChunkHeap {
 public:
    ChunkHeap() = default;
    ChunkHeap(const ChunkHeap&) = delete;
    ChunkHeap& operator=(const ChunkHeap&) = delete;

    // `smallest` and `alignment` are powers of two; `smallest` holds two pointers at least.
    // Statuses: bad_config, storage_too_small (not one smallest chunk fits). Not thread-safe.
    Status init(Bytes memory, size_t smallest, size_t alignment);

    // A chunk of at least `bytes` bytes, a power of two times the smallest; no data when there is
    // none. Zero bytes are a smallest chunk.
    Bytes take(size_t bytes);

    // The chunk must be one that take() gave, whole. Panics on any other and on a second time.
    void give(Bytes chunk);

    size_t alignment() const { return alignment_; }
    bool contains(const void* address) const { return memory_.contains(uintptr_t(address)); }
    // Whether take() gave this, whole, and nobody gave it back. By whoever holds the chunk, without
    // the lock: its note is not written meanwhile.
    bool is_out(const Bytes& chunk) const;
    // What take(bytes) would return in size; kHuge when no chunk could ever be that large.
    size_t chunk_size(size_t bytes) const;

    ChunkFigures figures() const;
    // Whether lists, notes and figures agree, and free buddies are merged. Walks everything.
    bool invariants_hold() const;

 private:
    struct FreeChunk {
        Link<FreeChunk> link;
    };
    using FreeList = List<FreeChunk, &FreeChunk::link>;

    // The largest chunk is 2^(kOrders - 1) smallest ones; a larger heap has several of these.
    static constexpr unsigned kOrders = sizeof(size_t) == 8 ? 24 : 16;
    static constexpr uint32_t kNowhere = ~uint32_t(0);

    unsigned order_for(size_t bytes) const;
    size_t bytes_of(unsigned order) const { return size_t(1) << (shift_ + order); }
    unsigned char* chunk_at(uint32_t index) const {
        return memory_.data + (size_t(index) << shift_);
    }
    uint32_t index_of(const void* chunk) const;
    unsigned order_of(const Bytes& chunk) const;
    bool give_back(const Bytes& chunk);

    // What is free, in lists of buddies.
    FreeChunk* free_chunk(uint32_t index) const {
        return reinterpret_cast<FreeChunk*>(chunk_at(index));
    }
    FreeList& list_of(unsigned order) { return free_[kSmallCode ? 0 : order]; }
    const FreeList& list_of(unsigned order) const { return free_[kSmallCode ? 0 : order]; }
    void cut_all();
    void put_free(uint32_t index, unsigned order);
    void take_out(uint32_t index, unsigned order);
    bool buddy_is_free(uint32_t index, unsigned order) const;
    uint32_t take_buddy(unsigned order);
    void merge_in(uint32_t index, unsigned order);
    bool buddies_agree() const;

    // What is free, by the map.
    uint32_t take_run(unsigned order);
    void clear_run(uint32_t index, unsigned order);
    bool map_agrees() const;

    mutable SpinLock lock_;
    Bytes memory_;  // the part that chunks are cut from
    // Of each smallest chunk: the order of the taken chunk that starts here, plus one, or what else
    // the build notes there.
    unsigned char* notes_ = nullptr;
    size_t alignment_ = 0;
    uint32_t count_ = 0;  // smallest chunks
    unsigned shift_ = 0;  // of the smallest chunk's size
    FreeList free_[kSmallCode ? 1 : kOrders];
    ChunkFigures figures_ = {};
};

}  // namespace weft
