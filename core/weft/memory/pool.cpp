// pool.cpp - the owner's side of a pool: refills, slabs, trimming
// SPDX-License-Identifier: MIT
#include <weft/memory/pool.hpp>

namespace weft {
namespace {

constexpr size_t kMostSlabBytes = size_t(1) << 31;

}  // namespace

Status Pool::init(ChunkProvider& provider, uint32_t node, size_t slab_bytes) {
    WEFT_REQUIRE(provider_ == nullptr);  // shutdown() first
    if (!is_power_of_two(slab_bytes)) return Status::bad_config;
    if (slab_bytes < kLeastSlabBytes || slab_bytes / 2 >= kMostSlabBytes) return Status::bad_config;
    provider_ = &provider;
    node_ = node;
    slab_mask_ = size_t(0) - slab_bytes;
    largest_block_ = slab_bytes / (kFewestBlocks + 1);
    if (largest_block_ > class_bytes(kLargestClass)) largest_block_ = class_bytes(kLargestClass);
    return Status::ok;
}

size_t Pool::shutdown() {
    if (provider_ == nullptr) return 0;
    flush();
    collect();
    count_used();
    for (PoolLane& lane : lanes_)
        lane.first = nullptr;
    for (PoolSlab*& current : current_)
        current = nullptr;
    size_t out = 0;
    while (PoolSlab* slab = slabs_) {
        slabs_ = slab->next;
        out += slab->blocks_out();
        give_slab(slab);
    }
    frees_.add(blocks_out());
    provider_ = nullptr;
    return out;
}

// Slabs that other classes no longer need may be what is missing. A trim that found nothing would
// find nothing again while nothing is freed.
WEFT_ALWAYS_INLINE bool Pool::trim_itself() {
    if (frees_.value() == frees_at_trim_) return false;
    frees_at_trim_ = frees_.value();
    self_trims_.add(1);
    return trim() != 0;
}

WEFT_ALWAYS_INLINE PoolSlab* Pool::new_slab(unsigned size_class) {
    Bytes chunk;
    do
        chunk = provider_->take(node_, slab_bytes());
    while (chunk.data == nullptr && trim_itself());
    if (chunk.data == nullptr) {
        exhausted_.add(1);
        return nullptr;
    }
    const bool aligned = is_aligned(chunk.address(), slab_bytes());
    if (!aligned) {
        unaligned_.add(1);
        provider_->give(chunk);
        return nullptr;
    }
    PoolSlab* slab = reinterpret_cast<PoolSlab*>(chunk.data);
    *slab = {slab->right_mark(),
             this,
             &lanes_[size_class],
             slabs_,
             nullptr,
             chunk.size,
             uint32_t(class_bytes(size_class)),
             0};
    slab->carve = slab->first_block();
    if constexpr (kChecked) audit_guard_before(slab->first_block());
    slabs_ = slab;
    slab_count_.add(1);
    return slab;
}

// By shifts: small cores have no division.
uint32_t Pool::carve_count(const PoolSlab* slab) const {
    if constexpr (kCarveBlocks == 1) return 1;
    const unsigned shift = highest_bit(slab->block_bytes);
    const size_t left = (slab_bytes() - slab->carve_offset()) >> shift;
    size_t count = kCarveBytes >> shift;
    if (count > kCarveBlocks) count = kCarveBlocks;
    if (count == 0) count = 1;
    return uint32_t(count < left ? count : left);
}

// A few blocks at a time: the pages of a fresh slab are touched as they are needed. The lowest
// comes to lie on top, so that blocks are handed out along the prefetcher.
WEFT_ALWAYS_INLINE void Pool::carve(PoolSlab* slab) {
    PoolLane& lane = *slab->lane;
    const size_t block_bytes = slab->block_bytes;
    const uint32_t count = carve_count(slab);
    unsigned char* const from = slab->carve;
    slab->carve = from + count * block_bytes;
    carved_bytes_ += count * block_bytes;
    peak_.raise_to(carved_bytes_);
    for (uint32_t i = count; i-- > 0;) {
        PoolBlock* block = reinterpret_cast<PoolBlock*>(from + i * block_bytes);
        if constexpr (kChecked) audit_carve(slab->whole(block));
        set_link(block, lane.first);
        lane.first = block;
    }
}

WEFT_ALWAYS_INLINE bool Pool::refill(unsigned size_class) {
    PoolSlab*& slab = current_of(size_class);
    if (slab == nullptr) slab = new_slab(size_class);
    if (slab == nullptr) return false;
    carve(slab);
    if (slab->carve_offset() == slab_bytes()) slab = nullptr;
    refills_.add(1);
    return true;
}

// `need` bytes have no block at hand: the list is empty, or they are none, or too many.
__attribute__((noinline)) void* Pool::take_slow(size_t need, unsigned size_class) {
    WEFT_REQUIRE(provider_ != nullptr);  // init() first
    if (need == 0) size_class = kSmallestClass;
    if (need > largest_block_ || (kChecked && need > kPoolMostBytes + kBlockOverhead)) {
        too_large_.add(1);
        return nullptr;
    }
    PoolLane& lane = lanes_[size_class];
    collect();
    if (lane.first == nullptr && !refill(size_class)) return nullptr;
    return pop(lane, lane.first);
}

void Pool::give_slab(PoolSlab* slab) {
    const Bytes chunk = {slab->base(), slab->chunk_bytes};
    carved_bytes_ -= slab->carved_bytes();
    slab->mark = 0;  // a block freed from now on is in no slab
    slab->owner = nullptr;
    slab_count_.add(uintptr_t(0) - 1);
    provider_->give(chunk);
}

void Pool::count_used() const {
    for (PoolSlab* slab = slabs_; slab != nullptr; slab = slab->next)
        slab->used_seen = uint32_t(slab->carved_bytes());
    for (const PoolLane& lane : lanes_)
        for (PoolBlock* at = lane.first; at != nullptr; at = link_of(at)) {
            PoolSlab* const slab = slab_of(at);
            slab->used_seen -= slab->block_bytes;
        }
}

// Those in slabs that are wholly free, counted just now. The others keep their order.
void Pool::drop_free_blocks(PoolLane& lane) {
    PoolBlock* kept = nullptr;
    for (PoolBlock* at = lane.first; at != nullptr; at = link_of(at))
        if (slab_of(at)->used_seen != 0)
            kept = at;
        else if (kept == nullptr)
            lane.first = link_of(at);
        else
            set_link(kept, link_of(at));
}

size_t Pool::trim() {
    collect();
    count_used();
    for (PoolLane& lane : lanes_)
        drop_free_blocks(lane);
    size_t given = 0;
    for (PoolSlab** link = &slabs_; PoolSlab* const slab = *link;) {
        if (slab->used_seen != 0) {
            link = &slab->next;
            continue;
        }
        *link = slab->next;
        PoolSlab*& current = current_of(class_of(slab));
        if (current == slab) current = nullptr;
        give_slab(slab);
        given++;
    }
    trimmed_.add(given);
    return given;
}

}  // namespace weft
