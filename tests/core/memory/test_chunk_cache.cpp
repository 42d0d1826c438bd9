// test_chunk_cache.cpp - chunks at hand: served, bounded, given back when others need them
// SPDX-License-Identifier: MIT
#include <core/memory/chunk_oracle.hpp>

using namespace chunk_oracle;

namespace {

constexpr size_t kSmallest = 256;
constexpr size_t kBytes = 64 * 1024 + 512;  // 64 KiB of chunks, and notes
alignas(4096) unsigned char memory[kBytes];

// Two workers on one heap.
struct World {
    explicit World(size_t most_bytes = 16 * 1024) {
        EXPECT_OK(heap.init({memory, kBytes}, kSmallest, 4096));
        for (uint32_t i = 0; i < 2; i++) {
            caches[i].init(kSmallest, most_bytes);
            workers[i].init({&heap, 1}, NodePolicy::own_only);
            workers[i].set_caches(caches, i, 0);
        }
    }
    // Ends with nothing lost.
    ~World() {
        for (ChunkProvider& worker : workers)
            worker.trim();
        EXPECT_EQ(heap.figures().taken, 0u);
        EXPECT(heap.invariants_hold());
    }
    size_t held() const { return caches[0].figures().held + caches[1].figures().held; }

    ChunkHeap heap;
    ChunkCache caches[2];
    ChunkProvider workers[2];
};

}  // namespace

TEST(a_chunk_given_to_a_cache_is_taken_again_without_the_heap) {
    NEEDS_CORES(2);
    World world;
    const Bytes chunk = world.workers[0].take(0, 1000);
    world.workers[0].give(chunk);
    EXPECT_EQ(world.caches[0].figures().held, chunk.size);
    for (uint32_t i = 0; i < 100; i++) {
        const Bytes again = world.workers[0].take(0, 600 + i);
        EXPECT_EQ(again.data, chunk.data);
        EXPECT_EQ(again.size, chunk.size);
        world.workers[0].give(again);
    }
    EXPECT_EQ(world.heap.figures().takes, 1u);
    EXPECT_EQ(world.caches[0].figures().hits, 100u);
    EXPECT_EQ(world.caches[0].figures().misses, 1u);
    world.workers[0].trim();
    EXPECT_EQ(world.caches[0].figures().held, size_t(0));
    EXPECT_EQ(world.caches[0].figures().returned, 1u);
}

TEST(a_cache_keeps_no_more_than_its_bytes) {
    NEEDS_CORES(2);
    constexpr size_t kMost[] = {0, 511, 512, 1536, 8000, 1024 * 1024};
    for (const size_t most : kMost) {
        World world(most);
        Bytes chunks[24];
        for (uint32_t i = 0; i < 24; i++)
            chunks[i] = world.workers[0].take(0, kSmallest << (i & 3));
        for (const Bytes& chunk : chunks)
            world.workers[0].give(chunk);
        EXPECT(world.held() <= most);
        const size_t fits = most >= 2 * 3840 ? 2 * 3840
                            : most >= 1536   ? 1536
                            : most >= 512    ? 512
                                             : 0;
        EXPECT_EQ(world.held(), fits);
    }
}

TEST(a_chunk_given_twice_or_in_part_to_a_cache_panics) {
    NEEDS_CORES(2);
    World world;
    const Bytes chunk = world.workers[0].take(0, 1024);
    EXPECT_PANIC(world.workers[0].give({chunk.data, 512}));
    EXPECT_PANIC(world.workers[0].give({chunk.data + 256, 256}));
    world.workers[0].give(chunk);
    EXPECT_PANIC(world.workers[0].give(chunk));
    world.workers[0].trim();
    EXPECT_PANIC(world.workers[0].give(chunk));
}

TEST(what_lies_in_a_neighbours_cache_is_given_back_before_a_request_is_refused) {
    NEEDS_CORES(2);
    World world;
    Bytes chunks[4];
    for (Bytes& chunk : chunks)
        chunk = world.workers[0].take(0, 2048);
    for (const Bytes& chunk : chunks)
        world.workers[0].give(chunk);
    EXPECT(world.held() != 0);
    const Bytes all = world.workers[1].take(0, 64 * 1024);
    EXPECT_EQ(all.size, size_t(64 * 1024));
    EXPECT_EQ(world.held(), size_t(0));
    EXPECT_EQ(world.caches[0].figures().returned, 2u);
    EXPECT_EQ(world.workers[1].figures().refused, 0u);
    EXPECT(world.workers[0].take(0, 1).data == nullptr);
    world.workers[1].give(all);
}

TEST(only_chunks_of_the_own_node_are_cached) {
    NEEDS_CORES(2);
    static unsigned char elsewhere[4096];
    ChunkHeap heaps[2];
    EXPECT_OK(heaps[0].init({memory, 1100}, kSmallest, 64));
    EXPECT_OK(heaps[1].init({elsewhere, sizeof elsewhere}, kSmallest, 64));
    ChunkCache cache;
    cache.init(kSmallest, 4096);
    ChunkProvider provider;
    provider.init(heaps, NodePolicy::spill);
    provider.set_caches({&cache, 1}, 0, 0);
    const Bytes own = provider.take(0, 1024);
    const Bytes spilled = provider.take(0, 256);
    EXPECT(heaps[1].contains(spilled.data));
    provider.give(spilled);
    EXPECT_EQ(cache.figures().held, size_t(0));
    provider.give(own);
    EXPECT_EQ(cache.figures().held, own.size);
    const Bytes there = provider.take(1, 1024);  // not from the cache
    EXPECT(heaps[1].contains(there.data));
    provider.give(there);
    provider.trim();
    EXPECT_EQ(heaps[0].figures().taken + heaps[1].figures().taken, 0u);
}

TEST(a_million_random_steps_of_two_caches_agree_with_an_oracle) {
    NEEDS_CORES(2);
    World world;
    Oracle oracle;
    unit::Random random(29);
    for (uint32_t step = 0; step < kModelSteps; step++) {
        ChunkProvider& worker = world.workers[random.below(2)];
        if (oracle.count > 0 && (random.below(2) == 0 || oracle.count == Oracle::kMost)) {
            worker.give(oracle.remove(random.below(oracle.count)));
        } else {
            const size_t bytes = random.below(1u << random.below(15));
            const Bytes chunk = worker.take(0, bytes);
            if (chunk.data != nullptr) oracle.add(chunk, static_cast<unsigned char>(step));
            // Refused only when nothing is idle.
            if (chunk.data == nullptr) EXPECT_EQ(world.held(), size_t(0));
        }
        if (random.below(4096) == 0) worker.trim();
        if ((step & 1023) == 0) {
            size_t out = world.held();
            for (uint32_t i = 0; i < oracle.count; i++)
                out += oracle.chunks[i].size;
            EXPECT_EQ(world.heap.figures().total - world.heap.figures().free, out);
            EXPECT(world.heap.invariants_hold());
        }
    }
    EXPECT(world.caches[0].figures().hits > world.caches[0].figures().misses / 4);
    EXPECT(world.workers[0].figures().refused != 0);
    while (oracle.count > 0)
        world.workers[0].give(oracle.remove(0));
}

TEST(two_cores_raid_each_others_caches_and_nothing_is_lost) {
    NEEDS_CORES(2);
    static World* shared;
    World world;
    shared = &world;
    const auto churn = [](void* worker) {
        ChunkProvider& provider = shared->workers[worker != nullptr];
        unit::Random random(worker != nullptr ? 3 : 4);
        for (uint32_t i = 0; i < 5000; i++) {
            const bool large = random.below(16) == 0;  // does not fit beside what lies idle
            const Bytes chunk = provider.take(0, large ? 64 * 1024 : random.below(4096));
            if (chunk.data == nullptr) continue;
            chunk.data[0] = chunk.data[chunk.size - 1] = static_cast<unsigned char>(i);
            port::cpu_relax();
            EXPECT_EQ(chunk.data[0], static_cast<unsigned char>(i));
            provider.give(chunk);
        }
    };
    EXPECT(port::start_core(1, false, churn, &world));
    churn(nullptr);
    port::join_core(1);
    EXPECT(world.caches[0].figures().hits != 0);
}
