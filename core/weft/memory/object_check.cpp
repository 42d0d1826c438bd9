// object_check.cpp - whether an object arena is what it says it is
// SPDX-License-Identifier: MIT
#include <weft/memory/object_arena.hpp>

namespace weft {

struct ObjectArena::WalkSums {
    size_t objects = 0, units = 0, free_blocks = 0;  // free_blocks: those that a bin holds
    size_t chunks = 0, chunk_bytes = 0, empty_chunks = 0;
    uint32_t closed = 0;
};

// One block's own notes, and what it says of the block before (null: the first).
bool ObjectArena::block_agrees(ObjectChunk* chunk, ObjectHeader* at, ObjectHeader* before) const {
    const bool after_window = before != nullptr && is_window(before);
    const bool after_free =
        before != nullptr && !after_window && (flags_of(before) & kBlockFree) != 0;
    if (is_window(at)) return chunk == window_chunk_ && !after_free && window_end_ - at >= 2;
    const uint32_t flags = flags_of(at);
    if (((flags & kPreviousFree) != 0) != after_free) return false;
    if (after_free && last_word(at) != as_free(before)->units) return false;
    if (at == chunk_end(chunk)) return (flags & kBlockEnd) != 0;
    if (flags >> kPlaceShift << kPlaceShift != place_of(chunk, at)) return false;
    if ((flags & kBlockFree) == 0) return true;
    return !after_free && !after_window && as_free(at)->units >= kLeastUnits &&
           object_refcount(object_of(at)) == 0;
}

bool ObjectArena::chunk_agrees(ObjectChunk* chunk, WalkSums& sums) const {
    ObjectHeader* before = nullptr;
    ObjectHeader* at = first_block(chunk);
    uint32_t live = 0;
    size_t units = 0;
    while (at < chunk_end(chunk)) {
        if (!block_agrees(chunk, at, before)) return false;
        const bool free = is_window(at) || (flags_of(at) & kBlockFree) != 0;
        if constexpr (kChecked)
            if (!block_intact(at, free)) return false;
        live += !free;
        units += free ? 0 : live_units(at);
        sums.free_blocks += free && !is_window(at) && chunk->closed == 0;
        before = at;
        at = after(at);
    }
    if (at != chunk_end(chunk) || !block_agrees(chunk, at, before)) return false;
    sums.objects += live;
    sums.units += units;
    sums.chunks++;
    sums.chunk_bytes += chunk->memory.size;
    sums.empty_chunks += live == 0;
    sums.closed += chunk->closed;
    return live == chunk->live && units == chunk->live_units && chunk->arena == this;
}

bool ObjectArena::invariants_hold() const {
    WalkSums sums;
    for (ObjectChunk* chunk = chunks_.front(); chunk != nullptr; chunk = ChunkList::after(chunk))
        if (!chunk_agrees(chunk, sums)) return false;
    size_t in_bins = 0;
    const bool kept = kept_ != nullptr;
    return bins_.agree(&in_bins) && in_bins == sums.free_blocks &&
           sums.objects == counters_.objects.value() &&
           sums.units * kBlockUnit == counters_.bytes.value() &&
           sums.chunks == counters_.chunks.value() &&
           sums.chunk_bytes == counters_.chunk_bytes.value() && sums.closed == closed_chunks_ &&
           sums.empty_chunks == kept && (!kept || kept_->live == 0);
}

}  // namespace weft
