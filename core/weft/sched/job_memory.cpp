// job_memory.cpp - pools over one heap
// SPDX-License-Identifier: MIT
#include <weft/base/place.hpp>
#include <weft/memory/region.hpp>
#include <weft/sched/job_memory.hpp>

namespace weft {
namespace {

constexpr size_t kMostSlab = 16 * 1024;  // serves closures of up to 4 KiB

// A sixteenth of each worker's share, so that several sizes can be served at once.
size_t slab_for(size_t share) {
    const size_t slab = size_t(1) << highest_bit(share / 16);
    return slab < kLeastSlabBytes ? kLeastSlabBytes : slab < kMostSlab ? slab : kMostSlab;
}

}  // namespace

Status JobMemory::init(Bytes memory, uint32_t workers) {
    if (memory.size == 0) return Status::ok;
    Region region(memory);
    Pool* pools = static_cast<Pool*>(region.allocate(sizeof(Pool) * workers, port::kCacheLine));
    if (pools == nullptr) return Status::storage_too_small;
    size_t share = memory.size;  // of one worker, to a power of two: no division
    for (uint32_t i = workers; i > 1; i = (i + 1) / 2)
        share /= 2;
    const size_t slab = slab_for(share);
    construct_at<ChunkHeap>(&heap_);  // anew after a shutdown
    const Status status =
        heap_.init(memory.part(region.used(), region.remaining()), kLeastSlabBytes, slab);
    if (status != Status::ok) return status;
    provider_.init(Span<ChunkHeap>(&heap_, 1), NodePolicy::own_only);
    for (uint32_t i = 0; i < workers; i++) {
        construct_at<Pool>(pools + i);
        const Status made = pools[i].init(provider_, 0, slab);
        if (made != Status::ok) return made;
    }
    pools_ = pools;
    workers_ = workers;
    return Status::ok;
}

size_t JobMemory::shutdown() {
    size_t out = 0;
    for (uint32_t i = 0; i < workers_; i++)
        pools_[i].flush();
    for (uint32_t i = 0; i < workers_; i++)
        out += pools_[i].shutdown();
    for (uint32_t i = 0; i < workers_; i++)
        destroy_at(pools_ + i);
    pools_ = nullptr;
    workers_ = 0;
    return out;
}

}  // namespace weft
