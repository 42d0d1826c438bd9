// chunk_heap.cpp - splits, merges, and the notes that tell chunks apart
// SPDX-License-Identifier: MIT
#include <weft/base/bits.hpp>
#include <weft/base/place.hpp>
#include <weft/memory/chunk_heap.hpp>

namespace weft {
namespace {

// A smallest chunk's note: 0 inside a larger chunk, else the order of the chunk that starts here,
// plus one, and kFree while that is free.
constexpr unsigned char kFree = 0x80;

unsigned char taken_note(unsigned order) {
    return static_cast<unsigned char>(order + 1);
}
unsigned char free_note(unsigned order) {
    return static_cast<unsigned char>(kFree | (order + 1));
}

}  // namespace

Status ChunkHeap::init(Bytes memory, size_t smallest, size_t alignment) {
    WEFT_REQUIRE(memory_.data == nullptr);
    if (!is_power_of_two(smallest) || smallest < sizeof(FreeChunk) || !is_power_of_two(alignment))
        return Status::bad_config;
    const size_t skipped = size_t(0 - memory.address()) & (alignment - 1);
    if (memory.data == nullptr || memory.size <= skipped) return Status::storage_too_small;
    const unsigned shift = highest_bit(smallest);
    const size_t size = memory.size - skipped;
    const size_t notes = (size >> shift) + 1;
    const size_t count = size > notes ? (size - notes) >> shift : 0;
    if (count == 0 || count > ~uint32_t(0)) return Status::storage_too_small;

    alignment_ = alignment;
    shift_ = shift;
    count_ = uint32_t(count);
    memory_ = memory.part(skipped, count << shift);
    notes_ = memory_.data + memory_.size;
    figures_.total = memory_.size;
    cut_all();
    return Status::ok;
}

// The largest chunks that their index allows, front to back.
void ChunkHeap::cut_all() {
    for (uint32_t i = 0; i < count_; i++)
        notes_[i] = 0;
    for (uint32_t index = 0; index < count_;) {
        unsigned order = 0;
        while (order + 1 < kOrders && is_aligned(index, size_t(2) << order) &&
               count_ - index >= uint32_t(2) << order)
            order++;
        put_free(index, order);
        index += uint32_t(1) << order;
    }
}

unsigned ChunkHeap::order_for(size_t bytes) const {
    unsigned order = 0;
    while (order < kOrders && bytes_of(order) < bytes)
        order++;
    return order;
}

size_t ChunkHeap::chunk_size(size_t bytes) const {
    const unsigned order = order_for(bytes);
    return order == kOrders || bytes_of(order) > memory_.size ? kHuge : bytes_of(order);
}

ChunkHeap::FreeChunk* ChunkHeap::chunk_at(uint32_t index) const {
    return reinterpret_cast<FreeChunk*>(memory_.data + (size_t(index) << shift_));
}

uint32_t ChunkHeap::index_of(const void* chunk) const {
    return uint32_t(size_t(static_cast<const unsigned char*>(chunk) - memory_.data) >> shift_);
}

void ChunkHeap::put_free(uint32_t index, unsigned order) {
    notes_[index] = free_note(order);
    free_[order].push_back(construct_at<FreeChunk>(chunk_at(index)));
    figures_.free += bytes_of(order);
}

void ChunkHeap::take_out(uint32_t index, unsigned order) {
    notes_[index] = 0;
    free_[order].remove(chunk_at(index));
    figures_.free -= bytes_of(order);
}

// Bound: kOrders looks, kOrders splits.
Bytes ChunkHeap::take_order(unsigned order) {
    unsigned from = order;
    while (from < kOrders && free_[from].empty())
        from++;
    if (from == kOrders) return {};
    const uint32_t index = index_of(free_[from].front());
    take_out(index, from);
    for (; from > order; figures_.splits++) {
        from--;
        put_free(index + (uint32_t(1) << from), from);
    }
    notes_[index] = taken_note(order);
    return {reinterpret_cast<unsigned char*>(chunk_at(index)), bytes_of(order)};
}

Bytes ChunkHeap::take(size_t bytes) {
    const unsigned order = order_for(bytes);
    const SpinLock::Section section(lock_);
    const bool possible = order < kOrders && !port::tool_refuses(port::Room::chunk);
    const Bytes chunk = possible ? take_order(order) : Bytes{};
    if (chunk.data == nullptr) {
        figures_.refused++;
        return chunk;
    }
    figures_.takes++;
    figures_.taken++;
    const size_t used = figures_.total - figures_.free;
    if (used > figures_.peak) figures_.peak = used;
    return chunk;
}

bool ChunkHeap::is_out(const Bytes& chunk) const {
    if (!contains(chunk.data)) return false;
    const size_t offset = size_t(chunk.data - memory_.data);
    const unsigned order = order_for(chunk.size);
    return is_aligned(offset, bytes_of(0)) && order < kOrders && bytes_of(order) == chunk.size &&
           notes_[index_of(chunk.data)] == taken_note(order);
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

void ChunkHeap::give(Bytes chunk) {
    WEFT_REQUIRE(give_back(chunk));  // not from here, not whole, or given twice
}

// The refusal is reported outside of the lock: a panic hook may leave, or look at this heap.
bool ChunkHeap::give_back(Bytes chunk) {
    const SpinLock::Section section(lock_);
    if (!is_out(chunk)) return false;
    figures_.taken--;
    merge_in(index_of(chunk.data), order_for(chunk.size));
    return true;
}

ChunkFigures ChunkHeap::figures() const {
    const SpinLock::Section section(lock_);
    return figures_;
}

bool ChunkHeap::invariants_hold() const {
    const SpinLock::Section section(lock_);
    size_t listed = 0, noted = 0;
    bool agree = true;
    for (unsigned order = 0; order < kOrders; order++)
        for (FreeChunk* at = free_[order].front(); at != nullptr; at = FreeList::after(at)) {
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
