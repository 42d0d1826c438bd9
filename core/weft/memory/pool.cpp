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
    if (slab_bytes < kLeastSlabBytes || slab_bytes > kMostSlabBytes) return Status::bad_config;
    provider_ = &provider;
    node_ = node;
    slab_mask_ = ~uintptr_t(slab_bytes - 1);
    largest_class_ = kSmallestClass;
    while (largest_class_ > kLargestClass &&
           class_bytes(largest_class_ - 1) <= slab_bytes / (kFewestBlocks + 1))
        largest_class_--;
    const size_t most = class_bytes(largest_class_) - kBlockOverhead;
    largest_ = most < kPoolMostBytes ? most : kPoolMostBytes;
    return Status::ok;
}

size_t Pool::shutdown() {
    if (provider_ == nullptr) return 0;
    flush();
    collect();
    count_free_blocks();
    for (PoolLane& lane : lanes_)
        lane.first = nullptr;
    for (PoolSlab*& current : current_)
        current = nullptr;
    size_t out = 0;
    while (PoolSlab* slab = slabs_) {
        slabs_ = slab->next;
        out += slab->carved() - slab->free_seen;
        give_slab(slab);
    }
    frees_.add(blocks_out());
    provider_ = nullptr;
    return out;
}

// `need` bytes have no block at hand: the list is empty, or they are none, or too many.
__attribute__((noinline)) void* Pool::take_slow(size_t need) {
    WEFT_REQUIRE(provider_ != nullptr);  // init() first
    if (need == 0) return take(1, 1);
    const unsigned size_class = size_class_of(need);
    if (size_class < largest_class_ || need - kBlockOverhead > kPoolMostBytes) {
        too_large_.add(1);
        return nullptr;
    }
    return refill(size_class) ? take(need - kBlockOverhead, 1) : nullptr;
}

bool Pool::refill(unsigned size_class) {
    PoolLane& lane = lanes_[size_class];
    collect();
    if (lane.first != nullptr) return true;
    if (!carve(size_class)) return false;
    refills_.add(1);
    return true;
}

// By shifts: small cores have no division.
uint32_t Pool::carve_count(const PoolSlab* slab) const {
    const unsigned shift = highest_bit(slab->block_bytes);
    const size_t left = (slab_bytes() - slab->carve_offset()) >> shift;
    size_t count = kCarveBytes >> shift;
    if (count > kCarveBlocks) count = kCarveBlocks;
    if (count == 0) count = 1;
    return uint32_t(count < left ? count : left);
}

// A few blocks at a time: the pages of a fresh slab are touched as they are needed. The lowest
// comes to lie on top, so that blocks are handed out along the prefetcher.
bool Pool::carve(unsigned size_class) {
    PoolSlab*& slab = current_of(size_class);
    if (slab == nullptr) slab = new_slab(size_class);
    if (slab == nullptr) return false;
    PoolLane& lane = lanes_[size_class];
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
    if (slab->carve_offset() == slab_bytes()) slab = nullptr;
    return true;
}

// Slabs that other classes no longer need may be what is missing. A trim that found nothing would
// find nothing again while nothing is freed.
Bytes Pool::take_chunk() {
    const Bytes chunk = provider_->take(node_, slab_bytes());
    if (chunk.data != nullptr || frees_.value() == frees_at_trim_) return chunk;
    frees_at_trim_ = frees_.value();
    self_trims_.add(1);
    return trim() != 0 ? provider_->take(node_, slab_bytes()) : chunk;
}

PoolSlab* Pool::new_slab(unsigned size_class) {
    const Bytes chunk = take_chunk();
    const bool aligned = is_aligned(chunk.address(), slab_bytes());
    exhausted_.add(chunk.data == nullptr);
    unaligned_.add(!aligned);
    if (!aligned) provider_->give(chunk);
    if (chunk.data == nullptr || !aligned) return nullptr;

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

void Pool::give_slab(PoolSlab* slab) {
    const Bytes chunk = {slab->base(), slab->chunk_bytes};
    carved_bytes_ -= slab->carved() * slab->block_bytes;
    slab->mark = 0;  // a block freed from now on is in no slab
    slab->owner = nullptr;
    slab_count_.add(uintptr_t(0) - 1);
    provider_->give(chunk);
}

void Pool::count_free_blocks() const {
    for (PoolSlab* slab = slabs_; slab != nullptr; slab = slab->next)
        slab->free_seen = 0;
    for (const PoolLane& lane : lanes_)
        for (PoolBlock* at = lane.first; at != nullptr; at = link_of(at))
            slab_of(at)->free_seen++;
}

// Those in slabs that are wholly free, counted just now. The others keep their order.
void Pool::drop_free_blocks(PoolLane& lane) {
    PoolBlock* kept = nullptr;
    PoolBlock* at = lane.first;
    lane.first = nullptr;
    while (at != nullptr) {
        PoolBlock* const next = link_of(at);
        PoolSlab* slab = slab_of(at);
        if (slab->free_seen != slab->carved()) {
            if (kept == nullptr)
                lane.first = at;
            else
                set_link(kept, at);
            kept = at;
        }
        at = next;
    }
    if (kept != nullptr) set_link(kept, nullptr);
}

size_t Pool::trim() {
    collect();
    count_free_blocks();
    for (PoolLane& lane : lanes_)
        drop_free_blocks(lane);
    size_t given = 0;
    PoolSlab* slab = slabs_;
    slabs_ = nullptr;
    while (slab != nullptr) {
        PoolSlab* const next = slab->next;
        if (slab->free_seen == slab->carved()) {
            PoolSlab*& current = current_of(class_of(slab));
            if (current == slab) current = nullptr;
            give_slab(slab);
            given++;
        } else {
            slab->next = slabs_;
            slabs_ = slab;
        }
        slab = next;
    }
    trimmed_.add(given);
    return given;
}

}  // namespace weft
