// object_moves.cpp - empties sparse chunks of an object arena by moving what lies in them
// SPDX-License-Identifier: MIT
#include <weft/memory/object_arena.hpp>

namespace weft {

// Closed: free blocks lie in no bin, so that nothing is placed here. Walks the chunk.
void ObjectArena::set_closed(ObjectChunk* chunk, bool closed) {
    for (ObjectHeader* at = first_block(chunk); at != chunk_end(chunk); at = after(at)) {
        if ((flags_of(at) & kBlockFree) == 0) continue;
        if (closed)
            bins_.take_out(as_free(at));
        else
            bins_.put(as_free(at));
    }
    chunk->closed = closed;
    closed_chunks_ += closed ? 1 : -1u;
}

uint32_t ObjectArena::begin_evacuation() {
    end_evacuation();
    close_window();
    size_t room = 0;
    for (ObjectChunk* chunk = chunks_.front(); chunk != nullptr; chunk = ChunkList::after(chunk))
        room += chunk->units - chunk->live_units;
    size_t moving = 0;
    for (ObjectChunk* chunk = chunks_.front(); chunk != nullptr; chunk = ChunkList::after(chunk)) {
        const size_t free = chunk->units - chunk->live_units;
        const bool sparse = chunk->live != 0 && chunk->live_units <= free;
        if (!sparse || room - free < moving + chunk->live_units) continue;
        room -= free;
        moving += chunk->live_units;
        set_closed(chunk, true);
    }
    return closed_chunks_;
}

bool ObjectArena::is_leaving(void* object) const {
    const ObjectChunk* chunk = chunk_of(object_header(object));
    return chunk->arena == this && chunk->closed != 0;
}

void* ObjectArena::move_out(void* object) {
    ObjectHeader* const from = object_header(object);
    const TypeInfo& type = *from->type;
    if (!is_leaving(object) || type.relocate == nullptr) return nullptr;
    ObjectHeader* to = find_block(units_for(type.size), type.alignment);
    if (to == nullptr) return nullptr;
    void* const moved = finish(to, type);
    if constexpr (kChecked) note_moved(moved, object);
    type.relocate(moved, object, type.size);
    // Relaxed: the caller is the only one who knows the object.
    from->references.store_relaxed(0);
    reclaim(from);
    counters_.moves.add(1);
    counters_.moved_bytes.add(live_units(to) * kBlockUnit);
    return moved;
}

void ObjectArena::end_evacuation() {
    for (ObjectChunk* chunk = chunks_.front(); chunk != nullptr; chunk = ChunkList::after(chunk))
        if (chunk->closed != 0) set_closed(chunk, false);
}

}  // namespace weft
