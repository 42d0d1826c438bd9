// job_memory.hpp - blocks for what does not fit a job: larger closures, jobs that wait for a
// counter SPDX-License-Identifier: MIT
//
// One heap for the system, since a closure is freed where it ends; one pool for each worker over
// it.
#pragma once
#include <weft/memory/pool.hpp>

namespace weft {

class JobMemory {
 public:
    // `memory` for all workers; empty: none is ever given. Lays the pools out in it.
    Status init(Bytes memory, uint32_t workers);
    // Every worker's blocks are free or will never be. Returns how many were out.
    size_t shutdown();

    bool empty() const { return pools_ == nullptr; }
    // A worker's own. Only if not empty().
    Pool& pool(uint32_t worker) const { return pools_[worker]; }

 private:
    ChunkHeap heap_;
    ChunkProvider provider_;
    Pool* pools_ = nullptr;
    uint32_t workers_ = 0;
};

}  // namespace weft
