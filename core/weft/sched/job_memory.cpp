// job_memory.cpp - pools over the heaps of nodes
// SPDX-License-Identifier: MIT
#include <weft/base/place.hpp>
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

Status JobMemory::init(const JobMemoryPlaces& places,
                       uint32_t (*node_of)(const void*, uint32_t worker), const void* context) {
    if (places.bytes_each == 0) return Status::ok;
    const size_t slab = slab_for(places.bytes_each);
    places_ = places;
    Bytes memory = places.first_memory;
    for (ChunkHeap& heap : places.heaps) {
        const Status status = construct_at<ChunkHeap>(&heap)->init(memory, kLeastSlabBytes, slab);
        if (status != Status::ok) return status;
        memory.data += places.memory_stride;
    }
    provider_.init(places.heaps, NodePolicy::spill);
    for (; workers_ < places.workers; workers_++) {
        Pool* const made = construct_at<Pool>(&pool(workers_));
        const Status status = made->init(provider_, node_of(context, workers_), slab);
        if (status != Status::ok) return status;
    }
    return Status::ok;
}

size_t JobMemory::shutdown() {
    size_t out = 0;
    for (uint32_t i = 0; i < workers_; i++)
        pool(i).flush();
    for (uint32_t i = 0; i < workers_; i++)
        out += pool(i).shutdown();
    for (uint32_t i = 0; i < workers_; i++)
        destroy_at(&pool(i));
    workers_ = 0;
    return out;
}

}  // namespace weft
