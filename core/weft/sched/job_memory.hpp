// job_memory.hpp - blocks for what does not fit a job: larger closures, jobs that wait for a
// counter SPDX-License-Identifier: MIT
//
// A heap for each node, since a closure is freed where it ends; a pool for each worker, in its own
// memory, over its node's heap first and the others' then.
#pragma once
#include <weft/config/storage.hpp>
#include <weft/memory/pool.hpp>

namespace weft {

// What a Scheduler has laid out for it.
struct JobMemoryPlaces {
    Span<ChunkHeap> heaps;  // raw memory, one a node
    Bytes first_memory;     // that the first heap cuts up
    size_t memory_stride;   // to the next one's
    unsigned char* first_pool;
    size_t pool_stride;
    uint32_t workers;
    size_t bytes_each;  // that a worker would have if all used as much
};

class JobMemory {
 public:
    // No bytes: none is ever given. `node_of` says whose heap a worker asks first.
    Status init(const JobMemoryPlaces& places, uint32_t (*node_of)(const void*, uint32_t worker),
                const void* context);
    // Every worker's blocks are free or will never be. Returns how many were out.
    size_t shutdown();

    bool empty() const { return workers_ == 0; }
    // A worker's own. Only if not empty().
    Pool& pool(uint32_t worker) const {
        return *reinterpret_cast<Pool*>(places_.first_pool + places_.pool_stride * worker);
    }
    ProviderFigures figures() const { return provider_.figures(); }
    ChunkFigures heap_figures(uint32_t node) const { return places_.heaps[node].figures(); }

 private:
    JobMemoryPlaces places_ = {};
    ChunkProvider provider_;
    uint32_t workers_ = 0;
};

}  // namespace weft
