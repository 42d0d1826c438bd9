// chunk_heap.cpp - what chunks are cut from, and who has them: sizes, counts and notes
// SPDX-License-Identifier: MIT
#include <weft/base/bits.hpp>
#include <weft/memory/chunk_heap.hpp>

namespace weft {

Status ChunkHeap::init(Bytes memory, size_t smallest, size_t alignment) {
    WEFT_REQUIRE(memory_.data == nullptr);
    if (!is_power_of_two(smallest) || smallest < sizeof(FreeChunk) || !is_power_of_two(alignment))
        return Status::bad_config;
    const size_t skipped = size_t(0 - memory.address()) & (alignment - 1);
    if (memory.size <= skipped) return Status::storage_too_small;
    unsigned shift = 0;
    while (smallest >> shift != 1)
        shift++;
    const size_t size = memory.size - skipped;
    const size_t count = (size - 1 - (size >> shift)) >> shift;  // beside as many notes, and one
    if (count == 0 || count > ~uint32_t(0)) return Status::storage_too_small;

    alignment_ = alignment;
    shift_ = shift;
    count_ = uint32_t(count);
    memory_ = {memory.data + skipped, count << shift};
    notes_ = memory_.data + memory_.size;
    figures_.total = figures_.free = memory_.size;
    for (uint32_t i = 0; i < count_; i++)
        notes_[i] = 0;
    if constexpr (!kSmallCode) cut_all();
    return Status::ok;
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

uint32_t ChunkHeap::index_of(const void* chunk) const {
    return uint32_t(size_t(static_cast<const unsigned char*>(chunk) - memory_.data) >> shift_);
}

Bytes ChunkHeap::take(size_t bytes) {
    const unsigned order = order_for(bytes);
    const SpinLock::Section section(lock_);
    uint32_t index = kNowhere;
    if (order < kOrders && !port::tool_refuses(port::Room::chunk))
        index = kSmallCode ? take_run(order) : take_buddy(order);
    if (index == kNowhere) {
        figures_.refused++;
        return {};
    }
    notes_[index] = static_cast<unsigned char>(order + 1);
    figures_.free -= bytes_of(order);
    figures_.takes++;
    figures_.taken++;
    const size_t used = figures_.total - figures_.free;
    if (used > figures_.peak) figures_.peak = used;
    return {chunk_at(index), bytes_of(order)};
}

// Of the taken chunk that is exactly there; kOrders when none is.
WEFT_ALWAYS_INLINE unsigned ChunkHeap::order_of(const Bytes& chunk) const {
    if (!contains(chunk.data)) return kOrders;
    const uint32_t index = index_of(chunk.data);
    const unsigned order = notes_[index] - 1u;
    const bool whole =
        order < kOrders && chunk.data == chunk_at(index) && chunk.size == bytes_of(order);
    return whole ? order : kOrders;
}

// The refusal is reported outside of the lock: a panic hook may leave, or look at this heap.
WEFT_ALWAYS_INLINE bool ChunkHeap::give_back(const Bytes& chunk) {
    const SpinLock::Section section(lock_);
    const unsigned order = order_of(chunk);
    if (order == kOrders) return false;
    figures_.free += chunk.size;
    figures_.taken--;
    if constexpr (kSmallCode)
        clear_run(index_of(chunk.data), order);
    else
        merge_in(index_of(chunk.data), order);
    return true;
}

bool ChunkHeap::is_out(const Bytes& chunk) const {
    return order_of(chunk) != kOrders;
}

void ChunkHeap::give(Bytes chunk) {
    WEFT_REQUIRE(give_back(chunk));  // not from here, not whole, or given twice
}

ChunkFigures ChunkHeap::figures() const {
    const SpinLock::Section section(lock_);
    return figures_;
}

bool ChunkHeap::invariants_hold() const {
    const SpinLock::Section section(lock_);
    return kSmallCode ? map_agrees() : buddies_agree();
}

}  // namespace weft
