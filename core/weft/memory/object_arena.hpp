// object_arena.hpp - counted objects of one worker, in chunks that double from small to large
// SPDX-License-Identifier: MIT
//
//   allocate:  exact free block -> window (a bump pointer) -> larger free block -> new chunk
//   last decref, by the owner:      merged with its free neighbours, at once
//   last decref, by another core:   pushed to released_ --taken whole by the owner--> merged
//
// The owner calls everything here, but figures() and the counting of object_header.hpp: any core.
// Bounds: reclaim is O(1); so is allocate, plus kDrainBatch objects that other cores released. When
// a chunk is needed, allocate collects all of these first and calls the provider. Nothing is lost
// at a chunk's end or before an aligned object: what is left over is a free block, or a unit that
// the object before it keeps (padded).
//
// released_ is a stack that is only ever taken whole: a pusher compares the top but never follows
// it, so a block that was reused and came back meanwhile (ABA) is still the right next element.
#pragma once
#include <weft/memory/chunk_provider.hpp>
#include <weft/memory/object_bins.hpp>
#include <weft/memory/object_figures.hpp>

namespace weft {

struct ObjectArenaConfig {
    size_t first_chunk = 64 * 1024;
    size_t largest_chunk = 4 * 1024 * 1024;  // except for objects that need one of their own
    size_t pressure_bytes = kHuge;           // chunks beyond this call the pressure function first
};

// Asked to let objects go before the arena takes a chunk beyond pressure_bytes, and before it
// refuses. Runs on the owner, outside any lock; it may release and collect. What it allocates is
// served from what is there and never calls it again.
using PressureFunction = void (*)(void* self, ObjectArena& arena, size_t wanted);

class ObjectArena {
 public:
    ObjectArena() = default;
    ObjectArena(const ObjectArena&) = delete;
    ObjectArena& operator=(const ObjectArena&) = delete;

    // The calling core's current worker becomes the owner. Where there is none (null) nobody can
    // tell cores apart, so every release goes by way of released_. The provider must outlive this.
    // Status bad_config: chunks below 256 bytes or above kMostChunkBytes, or largest below first.
    // `site` stands for what create() makes, in checked builds.
    Status init(ChunkProvider& provider, uint32_t node, const ObjectArenaConfig& config = {},
                Site site = Site::here());
    void set_pressure(PressureFunction function, void* self);
    // The calling worker is the owner from now on; the earlier one must have stopped using this.
    void adopt();

    // Memory for an object with one reference, or null: then figures() says why. The TypeInfo must
    // outlive the object. Panics when the alignment is no power of two, and (at the latest when a
    // chunk is needed) when the caller is not the owner.
    void* allocate(const TypeInfo& type, Site site = Site::here());

    template <class T, class... Arguments>
    T* create(Arguments&&... arguments) {
        return create_at<T>(site_, forward<Arguments>(arguments)...);
    }
    template <class T, class... Arguments>
    T* create_at(Site site, Arguments&&... arguments) {
        void* memory = allocate(object_type_of<T>(), site);
        if (memory == nullptr) return nullptr;
        return construct_at<T>(memory, forward<Arguments>(arguments)...);
    }

    // Takes back what other cores released; returns how many objects.
    uint32_t collect();
    // collect(), and the empty chunk that is kept for next time goes back to the provider.
    void trim();
    // Drops every object, whatever its count, and gives all chunks back. No other core may hold a
    // reference; drop functions may let objects go, and may not allocate here. The arena can be
    // used again. Walks every block.
    void reset(Site site = Site::here());

    ObjectFigures figures() const { return counters_.read(); }
    bool owns(const void* object) const;
    // Whether blocks, neighbours' notes, bins and figures agree. Walks everything.
    bool invariants_hold() const;

    // Owner only. Checked builds: the objects that are alive, with what allocated them and when;
    // and the last kTraceEvents allocations and ends. Plain builds visit nothing.
    void for_each_leak(LeakVisitor visit, void* context) const;
    void for_each_event(EventVisitor visit, void* context) const {
        trace_.for_each(visit, context);
    }

    // Compaction, by parts; HandleTable::compact() drives it. begin closes chunks that are at most
    // half full and whose objects fit elsewhere, and returns how many. is_leaving: whether an
    // object lies in one; move_out takes such an object to a new place (null: its type does not
    // move, or nothing fits). A chunk that is empty goes back at once; end opens the others again.
    uint32_t begin_evacuation();
    void* move_out(void* object);
    void end_evacuation();
    bool is_leaving(void* object) const;
    bool evacuating() const { return closed_chunks_ != 0; }

    // For object_decref(): drops the object and hands its block to its arena. Any core.
    static void end_object(ObjectHeader* header, Site site);

 private:
    static constexpr uint32_t kDrainBatch = 32;
    using ChunkList = List<ObjectChunk, &ObjectChunk::link>;
    struct WalkSums;

    // object_arena.cpp: objects
    ObjectHeader* find_block(size_t units, size_t alignment);
    ObjectHeader* take_exact(size_t units);
    ObjectHeader* take_window(size_t units, size_t alignment);
    ObjectHeader* take_split(size_t units, size_t alignment);
    void* finish(ObjectHeader* header, const TypeInfo& type);
    void note_begun(void* object, size_t bytes, Site site);
    void note_moved(void* to, const void* from);
    void note_ended(ObjectHeader* header);
    void* owner() const {
        // Relaxed: a core compares it with itself, and only it or its successor wrote that.
        return owner_.load_relaxed();
    }
    bool is_owner() const { return owner() != nullptr && port::current_worker() == owner(); }
    bool may_allocate() const { return owner() == nullptr || is_owner(); }
    void push_released(ObjectHeader* header);
    uint32_t drain(uint32_t most);
    void reclaim(ObjectHeader* header);
    void free_units(ObjectChunk* chunk, ObjectHeader* from, ObjectHeader* to);
    void put_free(ObjectChunk* chunk, ObjectHeader* from, size_t units);
    void take_free(ObjectChunk* chunk, FreeBlock* block);
    void set_window(ObjectChunk* chunk, ObjectHeader* from, ObjectHeader* to);
    void close_window();

    // object_chunks.cpp: chunks
    ObjectHeader* find_block_slowly(size_t units, size_t alignment);
    bool press(size_t units);
    bool grow(size_t units, size_t alignment);
    Bytes take_chunk(size_t needed);
    void open_chunk(Bytes memory);
    void chunk_emptied(ObjectChunk* chunk);
    void give_back(ObjectChunk* chunk);
    void drop_all(ObjectChunk* chunk, Site site);
    bool is_window(const ObjectHeader* header) const;
    ObjectHeader* after(ObjectHeader* header) const;

    // object_moves.cpp, object_check.cpp
    void set_closed(ObjectChunk* chunk, bool closed);
    bool block_agrees(ObjectChunk* chunk, ObjectHeader* header, ObjectHeader* before) const;
    bool block_intact(ObjectHeader* header, bool free) const;
    bool chunk_agrees(ObjectChunk* chunk, WalkSums& sums) const;

    ObjectHeader* window_ = nullptr;      // free from here, without a header; null: no window
    ObjectHeader* window_end_ = nullptr;  // a block in use, or the chunk's end
    ObjectChunk* window_chunk_ = nullptr;
    Atomic<void*> owner_{nullptr};
    ObjectCounters counters_;
    ObjectBins bins_;
    FreeBlock* drained_ = nullptr;  // taken from released_, not merged yet
    ChunkList chunks_;
    ObjectChunk* kept_ = nullptr;  // the one empty chunk that is not given back
    ObjectArenaConfig config_;
    size_t next_chunk_ = 0;
    ChunkProvider* provider_ = nullptr;
    uint32_t node_ = 0;
    uint32_t closed_chunks_ = 0;
    bool pressing_ = false;
    bool resetting_ = false;
    PressureFunction pressure_ = nullptr;
    void* pressure_self_ = nullptr;
    Site site_;  // this and the rest: checked builds
    AllocationTrace trace_;
    uint32_t age_ = 0;  // allocations so far

    // On a line of its own: other cores write it.
    alignas(port::kCacheLine) Atomic<FreeBlock*> released_{nullptr};
};

}  // namespace weft
