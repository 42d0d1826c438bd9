// pool_slab.hpp - the memory of a pool's blocks: a slab's header and the list of one class
// SPDX-License-Identifier: MIT
//
//   slab (aligned to its size, so that a block's address leads to the header by a mask):
//   | PoolSlab | pad | block | block | block ...      | never used yet |
//   ^ base           ^ a multiple of the block's size  ^ carve          ^ base + slab_bytes
#pragma once
#include <weft/memory/audit.hpp>
#include <weft/memory/owner_counter.hpp>
#include <weft/memory/size_class.hpp>

namespace weft {

class Pool;

struct PoolBlock {
    PoolBlock* next;  // while free; checked builds keep it in the note instead
};
static_assert(sizeof(PoolBlock) <= class_bytes(kSmallestClass),
              "PoolBlock: a link fits the smallest block");

struct PoolSlab;

// Of one class. Only the owner looks. One word, so that a lane's address is one addition.
struct PoolLane {
    PoolBlock* first = nullptr;  // free blocks, last freed first
};

// What other workers read (mark, owner, lane, block_bytes) is written before the first block is
// handed out and after the last is back: whoever holds a block may read it.
struct PoolSlab {
    uintptr_t mark;  // its own address, disguised; zero when it is no slab any more
    Pool* owner;
    PoolLane* lane;
    PoolSlab* next;
    unsigned char* carve;
    size_t chunk_bytes;    // what the provider gave, and gets back
    uint32_t block_bytes;  // a power of two
    uint32_t used_seen;    // bytes of blocks that are out, when the owner last counted

    static constexpr uintptr_t kMark = uintptr_t(0x5ab1'ab1e'0b10'c4ed & ~uintptr_t(0));

    unsigned char* base() { return reinterpret_cast<unsigned char*>(this); }
    uintptr_t right_mark() const { return reinterpret_cast<uintptr_t>(this) ^ kMark; }
    size_t first_offset() const {
        constexpr size_t kHead = sizeof(PoolSlab) + (kChecked ? kGuardBytes : 0);
        return align_down(kHead + block_bytes - 1, block_bytes);
    }
    unsigned char* first_block() { return base() + first_offset(); }
    size_t carve_offset() const {
        return size_t(carve - reinterpret_cast<const unsigned char*>(this));
    }
    size_t carved_bytes() const { return carve_offset() - first_offset(); }
    uint32_t blocks_out() const { return used_seen >> highest_bit(block_bytes); }
    Bytes whole(void* block) const { return {static_cast<unsigned char*>(block), block_bytes}; }
    // Whether a block may start there: from what never changes, for any worker.
    bool has_block(const void* at) const {
        const uintptr_t offset =
            reinterpret_cast<uintptr_t>(at) - reinterpret_cast<uintptr_t>(this);
        return offset >= first_offset() && is_aligned(offset, block_bytes);
    }
};
static_assert(sizeof(PoolSlab) <= 64, "PoolSlab: one line");

// A slab holds this many of its largest blocks at least, or their memory would mostly be headers.
constexpr size_t kFewestBlocks = 3;

}  // namespace weft
