// pool_world.hpp - what the pool tests stand on: memory, a chunk heap, a provider
// SPDX-License-Identifier: MIT
#pragma once
#include <unit/unit.hpp>
#include <weft/base/bits.hpp>
#include <weft/memory/pool.hpp>

namespace pool_world {

using namespace weft;

constexpr bool kBoard = unit::kRamBytes <= 32 * 1024 * 1024;
constexpr size_t kSlabBytes = (kBoard ? 16 : 64) * 1024;
constexpr size_t kMemoryBytes = (unit::kRamBytes < 1024 * 1024 ? 4 : 64) * kSlabBytes;

// Shared by all tests, which run one after the other.
// A whole slab more than needed, aligned by hand: a segment aligned to 64 KiB would keep Valgrind
// from reading the program's symbols.
alignas(4096) inline unsigned char raw_memory[kMemoryBytes + kSlabBytes];
inline unsigned char* aligned_memory() {
    return raw_memory + (size_t(0 - uintptr_t(raw_memory)) & (kSlabBytes - 1));
}

struct World {
    explicit World(size_t bytes = kMemoryBytes, size_t slab_bytes = kSlabBytes) {
        EXPECT_OK(heap.init({aligned_memory(), bytes}, slab_bytes, slab_bytes));
        provider.init({&heap, 1}, NodePolicy::own_only);
    }

    ChunkHeap heap;
    ChunkProvider provider;
};

// A pool in a world. Every test ends with nothing lost: no chunk stays out.
struct Fixture : World {
    explicit Fixture(size_t bytes = kMemoryBytes, size_t slab_bytes = kSlabBytes)
        : World(bytes, slab_bytes) {
        EXPECT_OK(pool.init(provider, 0, slab_bytes));
    }
    ~Fixture() {
        pool.shutdown();
        EXPECT_EQ(heap.figures().taken, 0u);
    }

    Pool pool;
};

inline uintptr_t address(const void* block) {
    return reinterpret_cast<uintptr_t>(block);
}

}  // namespace pool_world
