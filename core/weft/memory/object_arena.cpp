// object_arena.cpp - gives blocks to objects and merges them back
// SPDX-License-Identifier: MIT
#include <weft/memory/object_arena.hpp>
#include <weft/memory/object_audit.hpp>

namespace weft {

namespace {

void clear_flag(ObjectHeader* header, uint32_t flag) {
    set_flags(header, flags_of(header) & ~flag);
}

}  // namespace

// The two ways that every object goes are each one function where speed counts (a fifth faster);
// built for size, they are calls.
#ifdef __OPTIMIZE_SIZE__
#define WEFT_OBJECT_WAY
#else
#define WEFT_OBJECT_WAY __attribute__((flatten))
#endif

WEFT_OBJECT_WAY void* ObjectArena::allocate(const TypeInfo& type, [[maybe_unused]] Site site) {
    WEFT_REQUIRE(is_power_of_two(type.alignment));
#if WEFT_CHECKED
    WEFT_REQUIRE(may_allocate());  // another worker's arena
#endif
    if (type.size > kMostObjectBytes || type.alignment > kMostObjectAlign) {
        counters_.refused_too_large.add(1);
        return nullptr;
    }
    // Relaxed: only a look; drain() acquires what it takes.
    if (drained_ != nullptr || released_.load_relaxed() != nullptr) drain(kDrainBatch);
    const size_t units = units_for(type.size);
    ObjectHeader* header = find_block(units, type.alignment);
    if (__builtin_expect(header == nullptr, 0)) header = find_block_slowly(units, type.alignment);
    if (header == nullptr) {
        counters_.refused_no_memory.add(1);
        return nullptr;
    }
    counters_.allocated.add(1);
    void* const object = finish(header, type);
    if constexpr (kChecked) note_begun(object, type.size, site);
    return object;
}

void* ObjectArena::finish(ObjectHeader* header, const TypeInfo& type) {
    header->type = &type;
    // Relaxed: nobody else knows the object yet.
    header->references.store_relaxed(1);
    ObjectChunk* chunk = chunk_of(header);
    const size_t units = live_units(header);
    if (chunk->live++ == 0 && kept_ == chunk) kept_ = nullptr;
    chunk->live_units += units;
    counters_.note_taken(units * kBlockUnit);
    return object_of(header);
}

// A block whose header holds its flags, or null when no chunk has room.
ObjectHeader* ObjectArena::find_block(size_t units, size_t alignment) {
    if (alignment <= kBlockUnit && bins_.has_exact(units)) return take_exact(units);
    ObjectHeader* header = take_window(units, alignment);
    return header != nullptr ? header : take_split(units, alignment);
}

ObjectHeader* ObjectArena::take_exact(size_t units) {
    FreeBlock* block = bins_.front(unsigned(units));
    bins_.take_out(block);
    clear_flag(&block->header, kBlockFree);
    clear_flag(step(&block->header, units), kPreviousFree);
    return &block->header;
}

// Cuts the block from the window's low end. A gap before it becomes a free block.
ObjectHeader* ObjectArena::take_window(size_t units, size_t alignment) {
    if (window_ == nullptr) return nullptr;
    const size_t room = size_t(window_end_ - window_);
    const size_t gap = gap_before(window_, alignment);
    if (gap + units > room) return nullptr;
    ObjectHeader* header = step(window_, gap);
    const size_t rest = room - gap - units;
    uint32_t flags = place_of(window_chunk_, header);
    if (rest != 0 && rest < kLeastUnits) flags |= kBlockPadded;
    set_flags(header, flags);
    ObjectHeader* const from = window_;
    window_ = rest < kLeastUnits ? nullptr : step(header, units);
    if (gap != 0) put_free(window_chunk_, from, gap);
    return header;
}

// The found block becomes the window, so that its rest serves what comes next by bumping.
ObjectHeader* ObjectArena::take_split(size_t units, size_t alignment) {
    FreeBlock* block = bins_.find(units + most_gap(alignment));
    if (block == nullptr) return nullptr;
    ObjectHeader* const from = &block->header;
    ObjectHeader* const to = step(from, block->units);
    bins_.take_out(block);
    clear_flag(to, kPreviousFree);
    set_window(chunk_of(from), from, to);
    return take_window(units, alignment);
}

void ObjectArena::set_window(ObjectChunk* chunk, ObjectHeader* from, ObjectHeader* to) {
    close_window();
    window_chunk_ = chunk;
    window_ = from;
    window_end_ = to;
    if constexpr (kChecked) audit_wipe_notes(from, to);
}

void ObjectArena::close_window() {
    if (window_ == nullptr) return;
    ObjectHeader* const from = window_;
    window_ = nullptr;
    put_free(window_chunk_, from, size_t(window_end_ - from));
}

void ObjectArena::put_free(ObjectChunk* chunk, ObjectHeader* from, size_t units) {
    ObjectHeader* const end = step(from, units);
    FreeBlock* block = as_free(from);
    set_flags(from, place_of(chunk, from) | kBlockFree);
    // Relaxed: free memory is nobody else's.
    from->references.store_relaxed(0);
    block->units = units;
    last_word(end) = units;
    set_flags(end, flags_of(end) | kPreviousFree);
    if (chunk->closed == 0) bins_.put(block);
}

void ObjectArena::take_free(ObjectChunk* chunk, FreeBlock* block) {
    if (chunk->closed == 0) bins_.take_out(block);
}

WEFT_OBJECT_WAY void ObjectArena::end_object(ObjectHeader* header, [[maybe_unused]] Site site) {
    ObjectArena* arena = chunk_of(header)->arena;
    if ((flags_of(header) & kBlockDropped) == 0 && header->type->drop != nullptr)
        header->type->drop(object_of(header));
    if constexpr (kChecked) audit_object_end(header, site);
    if (!arena->is_owner()) return arena->push_released(header);
    if (!arena->resetting_) arena->reclaim(header);  // reset() gives the whole chunk back
}

void ObjectArena::push_released(ObjectHeader* header) {
    FreeBlock* block = as_free(header);  // its type stays: it says the size
    // Relaxed: the value is only compared and handed on, never followed here.
    FreeBlock* seen = released_.load_relaxed();
    do {
        block->next = seen;
        // Release: publishes block->next, and that the drop is over. Pairs with the acquire
        // exchange in drain().
    } while (!released_.cas_weak_release(seen, block));
}

__attribute__((noinline)) uint32_t ObjectArena::drain(uint32_t most) {
    uint32_t count = 0;
    for (; count < most; count++) {
        if (drained_ == nullptr) {
            // Acquire: the blocks' links, and all that was done with the objects. Pairs with the
            // release in push_released().
            drained_ = released_.exchange_acquire(nullptr);
            if (drained_ == nullptr) break;
        }
        FreeBlock* block = drained_;
        drained_ = block->next;
        reclaim(&block->header);
    }
    counters_.remote_releases.add(count);
    return count;
}

void ObjectArena::reclaim(ObjectHeader* header) {
    ObjectChunk* chunk = chunk_of(header);
    const size_t units = live_units(header);
    if constexpr (kChecked) note_ended(header);
    counters_.note_reclaimed(units * kBlockUnit, 1);
    chunk->live--;
    chunk->live_units -= units;
    free_units(chunk, header, step(header, units));
    if (chunk->live == 0) chunk_emptied(chunk);
}

// Merges [from, to) with what is free on either side: free blocks, and the window.
void ObjectArena::free_units(ObjectChunk* chunk, ObjectHeader* from, ObjectHeader* to) {
    if ((flags_of(from) & kPreviousFree) != 0) {
        ObjectHeader* const seam = from;
        from -= last_word(from);
        take_free(chunk, as_free(from));
        if constexpr (kChecked) audit_wipe_seam(seam);
    }
    const bool below_window = window_ != nullptr && to == window_;
    if (!below_window && (flags_of(to) & kBlockFree) != 0) {
        ObjectHeader* const seam = to;
        take_free(chunk, as_free(to));
        to = step(to, as_free(to)->units);
        if constexpr (kChecked) audit_wipe_notes(seam, nullptr);
    }
    if (below_window) {
        window_ = from;
        if constexpr (kChecked) audit_wipe_notes(from, nullptr);
    } else if (window_ != nullptr && from == window_end_) {
        window_end_ = to;
        clear_flag(to, kPreviousFree);
        if constexpr (kChecked) audit_wipe_notes(from, to);
    } else {
        put_free(chunk, from, size_t(to - from));
    }
}

#undef WEFT_OBJECT_WAY

}  // namespace weft
