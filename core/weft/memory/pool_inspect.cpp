// pool_inspect.cpp - a pool looked at: figures, invariants, leaks; and the checked builds' calls
// SPDX-License-Identifier: MIT
#include <weft/memory/pool.hpp>

namespace weft {

PoolFigures Pool::figures() const {
    PoolFigures figures = {};
    figures.frees = frees_.value();
    figures.allocations = allocations_.value();
    // Read at different moments, a free may show before its allocation.
    const intptr_t out = intptr_t(figures.allocations - figures.frees);
    figures.in_use = out > 0 ? uintptr_t(out) : 0;
    figures.peak = peak_.value();
    figures.remote_sent = sent_.value32();
    figures.batches_sent = batches_sent_.value32();
    figures.remote_received = received_.value32();
    figures.refills = refills_.value32();
    figures.slabs = slab_count_.value32();
    figures.trimmed = trimmed_.value32();
    figures.self_trims = self_trims_.value32();
    figures.too_large = too_large_.value32();
    figures.exhausted = exhausted_.value32();
    figures.unaligned = unaligned_.value32();
    return figures;
}

// Every block on the list is one of ours, of this class, and free; the list ends.
bool Pool::list_agrees(const PoolLane& lane) const {
    const size_t most = carved_bytes_ >> kSmallestShift;
    size_t length = 0;
    for (PoolBlock* at = lane.first; at != nullptr; at = link_of(at)) {
        const PoolSlab* slab = slab_of(at);
        if (slab->mark != slab->right_mark() || slab->owner != this || slab->lane != &lane ||
            !slab->has_block(at) || reinterpret_cast<const unsigned char*>(at) >= slab->carve ||
            ++length > most)
            return false;
        if constexpr (kChecked)
            if (!audit_freed_intact(slab->whole(at))) return false;
    }
    return true;
}

bool Pool::class_agrees(unsigned size_class) const {
    if (size_class < kLargestClass) return lanes_[size_class].first == nullptr;
    for (const PoolSlab* slab = slabs_; slab != nullptr; slab = slab->next)
        if (class_of(slab) == size_class) {
            const bool partial = slab->carve_offset() != slab_bytes();
            if (partial != (current_[size_class - kLargestClass] == slab)) return false;
            if (slab->block_bytes != class_bytes(size_class)) return false;
        }
    return list_agrees(lanes_[size_class]);
}

bool Pool::invariants_hold() const {
    size_t slabs = 0, carved_bytes = 0;
    for (const PoolSlab* slab = slabs_; slab != nullptr; slab = slab->next) {
        if (slab->mark != slab->right_mark() || ++slabs > slab_count_.value()) return false;
        carved_bytes += slab->carved_bytes();
    }
    bool agree = slabs == slab_count_.value() && carved_bytes == carved_bytes_;
    for (unsigned size_class = 0; size_class < kSizeClasses; size_class++)
        agree = agree && class_agrees(size_class);
    if (!agree) return false;
    count_used();  // no block is listed twice, or a slab would have more than it carved
    uintptr_t out = 0;
    for (const PoolSlab* slab = slabs_; slab != nullptr; slab = slab->next) {
        agree = agree && slab->used_seen <= slab->carved_bytes();
        out += slab->blocks_out();
    }
    return agree && out == blocks_out();
}

size_t Pool::bytes_in_use() const {
    count_used();
    size_t bytes = 0;
    for (const PoolSlab* slab = slabs_; slab != nullptr; slab = slab->next)
        bytes += slab->used_seen;
    return bytes;
}

void Pool::for_each_leak(LeakVisitor visit, void* context) const {
    if constexpr (!kChecked) return;
    for (PoolSlab* slab = slabs_; slab != nullptr; slab = slab->next)
        for (unsigned char* at = slab->first_block(); at < slab->carve; at += slab->block_bytes) {
            const Bytes block = slab->whole(at);
            const BlockNote& note = note_of(block);
            if (audit_in_use(block)) visit(context, {at, note.bytes, note.site, note.age});
        }
}

void* Pool::allocate_checked(size_t bytes, size_t alignment, Site site) {
    void* block = take(bytes, alignment);
    if (block == nullptr) return nullptr;
    audit_allocate(slab_of(block)->whole(block), bytes, site, allocations_.value32());
    trace_.add(AllocationKind::allocated, block, bytes, site);
    return block;
}

void Pool::free_checked(void* memory, size_t bytes, size_t alignment, Site site) {
    if (memory == nullptr) return;
    PoolSlab* slab = slab_of(memory);
    WEFT_REQUIRE(provider_ != nullptr && provider_->has(slab));  // foreign, perhaps unmapped
    WEFT_REQUIRE(slab->mark == slab->right_mark());  // foreign, or of a slab that was given back
    WEFT_REQUIRE(slab->has_block(memory));           // not where a block starts
    const Bytes whole = slab->whole(memory);
    audit_free(whole, bytes);
    WEFT_REQUIRE(bytes == kHuge || block_need(bytes, alignment) <= whole.size);
    trace_.add(AllocationKind::freed, memory, note_of(whole).bytes, site);
    PoolBlock* block = static_cast<PoolBlock*>(memory);
    if (slab->owner == this)
        put(*slab->lane, block);
    else
        put_elsewhere(slab, block);
}

}  // namespace weft
