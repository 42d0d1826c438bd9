// chunk_map.cpp - small builds: the notes are a map of what is free, and there are no lists
// SPDX-License-Identifier: MIT
//
// A smallest chunk's note: kFree, or kInside a taken chunk, or the order of the taken chunk that
// starts here, plus one. A heap of a few kilobytes has a few dozen of them.
#include <weft/base/bits.hpp>
#include <weft/memory/chunk_heap.hpp>

namespace weft {
namespace {

constexpr unsigned char kFree = 0;
constexpr unsigned char kInside = 0x80;

}  // namespace

// The last run that is free and starts at a multiple of its length: the rest at the end, where no
// large run fits, goes first. The first note is the caller's to write. Bound: a look at each note.
uint32_t ChunkHeap::take_run(unsigned order) {
    const uint32_t length = uint32_t(1) << order;
    uint32_t left = length;  // of the run, were all free from here down
    for (uint32_t at = uint32_t(align_down(count_, length)); at-- > 0;) {
        if (is_aligned(at + 1, length)) left = length;
        if (notes_[at] != kFree || --left != 0) continue;
        for (; left < length; left++)
            notes_[at + left] = kInside;
        return at;
    }
    return kNowhere;
}

void ChunkHeap::clear_run(uint32_t index, unsigned order) {
    for (uint32_t left = uint32_t(1) << order; left != 0; left--)
        notes_[index++] = kFree;
}

bool ChunkHeap::map_agrees() const {
    uint32_t free = 0, taken = 0;
    for (uint32_t index = 0; index < count_;) {
        const unsigned char note = notes_[index++];
        if (note == kInside) return false;  // where a chunk should start
        free += note == kFree;
        taken += note != kFree;
        if (note == kFree) continue;
        for (uint32_t left = (uint32_t(1) << (note - 1)) - 1; left != 0; left--)
            if (index == count_ || notes_[index++] != kInside) return false;
    }
    return taken == figures_.taken && size_t(free) << shift_ == figures_.free;
}

}  // namespace weft
