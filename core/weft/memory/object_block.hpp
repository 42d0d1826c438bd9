// object_block.hpp - how a chunk of an object arena is cut into blocks of 16-byte units
// SPDX-License-Identifier: MIT
//
//   | ObjectChunk | block | block | free block | block | window ... | end |
//                  \ header | object, 16 bytes at least /            \ header with kBlockEnd
//
// A live block's size follows from its type. A free block says its size at both ends, so that
// freeing merges with either neighbour in constant time and an empty chunk is one free block.
// Invariant: free memory never lies beside free memory. Everything here is the owner's.
#pragma once
#include <weft/base/bytes.hpp>
#include <weft/base/list.hpp>
#include <weft/memory/audit.hpp>
#include <weft/memory/object_header.hpp>

namespace weft {

class ObjectArena;

constexpr size_t kBlockUnit = sizeof(ObjectHeader);
constexpr size_t kLeastUnits = 2;  // what a free block's notes need

// What a block has beside its object and the padding: the header; in checked builds the guards and
// the note, too.
constexpr size_t kObjectOverhead = kHeaderUnits * kBlockUnit + kBlockOverhead;

enum BlockFlags : uint32_t {
    kBlockFree = 1,     // a FreeBlock
    kPreviousFree = 2,  // the block before is free; its size is the word before this header
    kBlockPadded = 4,   // one unit longer than the type asks: too little was left for a block
    kBlockDropped = 8,  // reset() has run the drop function
    kBlockEnd = 16,     // the chunk's end
};
constexpr unsigned kPlaceShift = 8;  // the bits above: distance from the chunk's start, in units
constexpr size_t kMostChunkBytes = kBlockUnit << (32 - kPlaceShift);

struct FreeBlock {
    ObjectHeader header;  // 0 references: a decref too many is still caught
    union {
        FreeBlock* next;
        uint64_t whole_next;
    };
    size_t units;  // and again in the block's last word; in a shortest block they are one
};
static_assert(offsetof(FreeBlock, next) == kBlockUnit,
              "FreeBlock: its notes lie where the object was");
static_assert(offsetof(FreeBlock, units) == 24 && sizeof(FreeBlock) <= kLeastUnits * kBlockUnit,
              "FreeBlock: a shortest block holds it, and its size ends 8 bytes before the end");

struct alignas(kBlockUnit) ObjectChunk {
    ObjectArena* arena;
    Bytes memory;  // as the provider gave it
    Link<ObjectChunk> link;
    uint32_t live;      // blocks in use, the dropped ones that did not come back yet included
    uint32_t closed;    // being emptied: its free blocks are in no bin
    size_t live_units;  // in those blocks
    size_t units;       // from the first block to the end
};

// What a chunk costs beside its blocks: the start's alignment, its notes, the header at its end.
constexpr size_t kChunkOverhead = 2 * kBlockUnit + sizeof(ObjectChunk);
// No object is larger: its block must lie within kMostChunkBytes of its chunk's start.
constexpr size_t kMostObjectBytes =
    kMostChunkBytes - kChunkOverhead - kObjectOverhead - 3 * kMostObjectAlign;

inline uint32_t flags_of(const ObjectHeader* header) {
    // Relaxed: only the owner writes flags. Other cores read their place, which never changes.
    return header->flags.load_relaxed();
}
inline void set_flags(ObjectHeader* header, uint32_t flags) {
    // Relaxed: as above; the object's way to another core publishes its header.
    header->flags.store_relaxed(flags);
}

inline ObjectHeader* step(ObjectHeader* header, size_t units) {
    return header + units;
}
inline FreeBlock* as_free(ObjectHeader* header) {
    return reinterpret_cast<FreeBlock*>(header);
}
inline size_t& last_word(ObjectHeader* end) {
    return *reinterpret_cast<size_t*>(reinterpret_cast<unsigned char*>(end) - 8);
}

constexpr size_t units_for(size_t size) {
    const size_t units = (size + kObjectOverhead + kBlockUnit - 1) / kBlockUnit;
    return units < kLeastUnits ? kLeastUnits : units;
}
inline size_t live_units(const ObjectHeader* header) {
    return units_for(header->type->size) + ((flags_of(header) & kBlockPadded) != 0);
}

// Units to leave free before a header so that the object behind it is aligned. Never 1, which would
// be too short for a block.
inline size_t gap_before(const ObjectHeader* header, size_t alignment) {
    const uintptr_t object = reinterpret_cast<uintptr_t>(header + kHeaderUnits);
    const size_t gap = size_t(-object & (alignment - 1)) / kBlockUnit;
    return gap == 1 ? 1 + alignment / kBlockUnit : gap;
}
// The largest such gap.
constexpr size_t most_gap(size_t alignment) {
    return alignment <= kBlockUnit ? 0 : alignment / kBlockUnit + 1;
}

inline ObjectHeader* first_block(ObjectChunk* chunk) {
    return reinterpret_cast<ObjectHeader*>(chunk + 1);
}
inline ObjectHeader* chunk_end(ObjectChunk* chunk) {
    return first_block(chunk) + chunk->units;
}
inline uint32_t place_of(const ObjectChunk* chunk, const ObjectHeader* header) {
    const size_t units = size_t(header - reinterpret_cast<const ObjectHeader*>(chunk));
    return uint32_t(units) << kPlaceShift;
}
// Any core, for a block in use.
inline ObjectChunk* chunk_of(ObjectHeader* header) {
    return reinterpret_cast<ObjectChunk*>(header - (flags_of(header) >> kPlaceShift));
}

}  // namespace weft
