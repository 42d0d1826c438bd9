// pool_inline.hpp - the pool's fast paths: two dozen instructions a pair
// SPDX-License-Identifier: MIT
//
// Calls are counted for the whole pool: a core guesses well which earlier store a load of always
// the same address will see, and badly when there is an address for each class. They are counted
// before the list is touched: the other way round, a pair takes 4 % longer.
#pragma once
#include <weft/memory/pool.hpp>

namespace weft {

// What a request needs of a block. In plain builds the request itself.
constexpr size_t block_need(size_t bytes, size_t alignment) {
    const size_t need = kChecked ? add_saturating(bytes, kBlockOverhead) : bytes;
    return alignment > class_bytes(kSmallestClass) && need < alignment ? alignment : need;
}

WEFT_ALWAYS_INLINE void* Pool::take(size_t bytes, size_t alignment) {
    const size_t need = block_need(bytes, alignment);
    const unsigned size_class = size_class_of(need);
    PoolLane& lane = lanes_[size_class];
    PoolBlock* block = lane.first;
    if (__builtin_expect(block == nullptr, 0)) return take_slow(need, size_class);
    return pop(lane, block);
}

WEFT_ALWAYS_INLINE void* Pool::pop(PoolLane& lane, PoolBlock* first) {
    allocations_.add(1);
    lane.first = link_of(first);
    return first;
}

WEFT_ALWAYS_INLINE void Pool::put(PoolLane& lane, PoolBlock* block) {
    frees_.add(1);
    set_link(block, lane.first);
    lane.first = block;
}

WEFT_ALWAYS_INLINE PoolBlock* Pool::link_of(const PoolBlock* block) const {
    if constexpr (kChecked) {
        void* whole = const_cast<PoolBlock*>(block);
        return static_cast<PoolBlock*>(note_of(slab_of(block)->whole(whole)).next);
    } else {
        return block->next;
    }
}

WEFT_ALWAYS_INLINE void Pool::set_link(PoolBlock* block, PoolBlock* next) const {
    if constexpr (kChecked)
        note_of(slab_of(block)->whole(block)).next = next;
    else
        block->next = next;
}

WEFT_ALWAYS_INLINE void* Pool::allocate(size_t bytes, size_t alignment,
                                        [[maybe_unused]] Site site) {
    WEFT_REQUIRE(is_power_of_two(alignment));
    if (port::tool_refuses(port::Room::block)) {
        exhausted_.add(1);
        return nullptr;
    }
    if constexpr (kChecked)
        return allocate_checked(bytes, alignment, site);
    else
        return take(bytes, alignment);
}

WEFT_ALWAYS_INLINE void Pool::free(void* memory, [[maybe_unused]] Site site) {
    if constexpr (kChecked) return free_checked(memory, kHuge, 1, site);
    if (__builtin_expect(memory == nullptr, 0)) return;
    PoolSlab* slab = slab_of(memory);
    PoolBlock* block = static_cast<PoolBlock*>(memory);
    if (__builtin_expect(slab->owner != this, 0)) return put_elsewhere(slab, block);
    put(*slab->lane, block);
}

// The lane follows from the size, so that the list's address is known before the slab's header is
// read: the header only confirms it. Otherwise a free would wait for the header, and the next
// allocation for the free.
WEFT_ALWAYS_INLINE void Pool::free(void* memory, size_t bytes, size_t alignment,
                                   [[maybe_unused]] Site site) {
    if constexpr (kChecked) return free_checked(memory, bytes, alignment, site);
    if (__builtin_expect(memory == nullptr, 0)) return;
    const size_t need = block_need(bytes, alignment);
    const unsigned size_class = size_class_of(need);
    PoolLane& lane = lanes_[size_class];
    if (__builtin_expect(slab_of(memory)->lane != &lane, 0))
        return put_with_care(memory, need == 0 ? kSmallestClass : size_class);
    put(lane, static_cast<PoolBlock*>(memory));
}

// With one core the inbox stays empty.
inline size_t Pool::collect() {
    return kOneCore ? 0 : take_inbox();
}

}  // namespace weft
