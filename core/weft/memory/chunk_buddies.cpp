// chunk_buddies.cpp - free chunks in lists by size: splits, merges, and the notes of free ones
// SPDX-License-Identifier: MIT
//
// A smallest chunk's note: 0 inside a larger chunk, else the order of the chunk that starts here,
// plus one, and kFree while that is free.
#include <weft/base/bits.hpp>
#include <weft/base/place.hpp>
#include <weft/memory/chunk_heap.hpp>

namespace weft {
namespace {

constexpr unsigned char kFree = 0x80;

unsigned char free_note(unsigned order) {
    return static_cast<unsigned char>(kFree | (order + 1));
}

}  // namespace

// The largest chunks that their index allows, front to back.
void ChunkHeap::cut_all() {
    for (uint32_t index = 0; index < count_;) {
        unsigned order = 0;
        while (order + 1 < kOrders && is_aligned(index, size_t(2) << order) &&
               count_ - index >= uint32_t(2) << order)
            order++;
        put_free(index, order);
        index += uint32_t(1) << order;
    }
}

void ChunkHeap::put_free(uint32_t index, unsigned order) {
    notes_[index] = free_note(order);
    list_of(order).push_back(construct_at<FreeChunk>(free_chunk(index)));
}

void ChunkHeap::take_out(uint32_t index, unsigned order) {
    notes_[index] = 0;
    list_of(order).remove(free_chunk(index));
}

// Bound: kOrders looks, kOrders splits.
uint32_t ChunkHeap::take_buddy(unsigned order) {
    unsigned from = order;
    while (from < kOrders && list_of(from).empty())
        from++;
    if (from == kOrders) return kNowhere;
    const uint32_t index = index_of(list_of(from).front());
    take_out(index, from);
    for (; from > order; figures_.splits++) {
        from--;
        put_free(index + (uint32_t(1) << from), from);
    }
    return index;
}

bool ChunkHeap::buddy_is_free(uint32_t index, unsigned order) const {
    const uint32_t buddy = index ^ (uint32_t(1) << order);
    return order + 1 < kOrders && buddy < count_ && notes_[buddy] == free_note(order);
}

// Bound: kOrders merges.
void ChunkHeap::merge_in(uint32_t index, unsigned order) {
    notes_[index] = 0;
    for (; buddy_is_free(index, order); order++, figures_.merges++) {
        const uint32_t half = uint32_t(1) << order;
        take_out(index ^ half, order);
        index &= ~half;
    }
    put_free(index, order);
}

bool ChunkHeap::buddies_agree() const {
    size_t listed = 0, noted = 0;
    bool agree = true;
    for (unsigned order = 0; order < kOrders; order++)
        for (FreeChunk* at = list_of(order).front(); at != nullptr; at = FreeList::after(at)) {
            agree = agree && notes_[index_of(at)] == free_note(order) &&
                    !buddy_is_free(index_of(at), order);
            listed += bytes_of(order);
        }
    uint32_t taken = 0;
    for (uint32_t index = 0; index < count_;) {
        const unsigned char note = notes_[index];
        if (note == 0) return false;  // inside a chunk, where one should start
        const unsigned order = unsigned(note & ~kFree) - 1;
        if ((note & kFree) != 0)
            noted += bytes_of(order);
        else
            taken++;
        index += uint32_t(1) << order;
    }
    return agree && listed == noted && listed == figures_.free && taken == figures_.taken;
}

}  // namespace weft
