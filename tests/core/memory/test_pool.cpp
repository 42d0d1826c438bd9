// test_pool.cpp - one worker's pool: alignment, sizes, refusals, trimming, figures
// SPDX-License-Identifier: MIT
#include <core/memory/pool_world.hpp>

using namespace pool_world;

TEST(a_pool_block_is_aligned_to_its_size_and_to_any_asked_alignment_up_to_4096) {
    Fixture f;
    for (size_t bytes = 1; bytes <= kPoolMostBytes; bytes *= 2) {
        for (size_t alignment = 1; alignment <= 4096; alignment *= 2) {
            void* blocks[3];
            for (void*& block : blocks) {
                block = f.pool.allocate(bytes, alignment);
                EXPECT(block != nullptr);
                EXPECT(is_aligned(address(block), alignment));
                EXPECT(is_aligned(address(block), bytes));
            }
            for (void* block : blocks)
                f.pool.free(block, bytes, alignment);
        }
    }
    EXPECT(f.pool.invariants_hold());
}

TEST(a_pool_refuses_what_is_too_large_without_wrapping_and_counts_it) {
    Fixture f;
    EXPECT_EQ(f.pool.largest(), kPoolMostBytes);
    EXPECT(f.pool.allocate(kPoolMostBytes + 1) == nullptr);
    EXPECT(f.pool.allocate(~size_t(0)) == nullptr);
    EXPECT(f.pool.allocate(~size_t(0) - 7, 4096) == nullptr);
    EXPECT(f.pool.allocate(~size_t(0) / 2 + 1) == nullptr);
    EXPECT(f.pool.allocate(8, 8192) == nullptr);
    EXPECT_EQ(f.pool.figures().too_large, 5u);
    EXPECT_EQ(f.pool.figures().slabs, 0u);  // a refused request changes nothing
    EXPECT_EQ(f.pool.figures().allocations, 0u);
    EXPECT_PANIC(f.pool.allocate(8, 3));
}

TEST(zero_bytes_from_a_pool_are_a_block_of_their_own) {
    Fixture f;
    void* a = f.pool.allocate(0);
    void* b = f.pool.allocate(0);
    EXPECT(a != nullptr && b != nullptr && a != b);
    f.pool.free(a);
    f.pool.free(b, 0);
    EXPECT(f.pool.invariants_hold());
}

TEST(freeing_null_to_a_pool_does_nothing) {
    Fixture f;
    f.pool.free(nullptr);
    f.pool.free(nullptr, 8);
    EXPECT_EQ(f.pool.figures().frees, 0u);
}

TEST(a_sized_free_to_the_wrong_class_is_caught) {
    Fixture f;
    void* block = f.pool.allocate(40);
    EXPECT_PANIC(f.pool.free(block, 400));
    EXPECT_PANIC(f.pool.free(block, 1));
    EXPECT_PANIC(f.pool.free(block, ~size_t(0) - 1));
    EXPECT_PANIC(f.pool.free(block, 0));
    f.pool.free(block, 40);
    EXPECT(f.pool.invariants_hold());
}

TEST(the_block_freed_last_is_taken_first) {
    Fixture f;
    void* a = f.pool.allocate(64);
    void* b = f.pool.allocate(64);
    f.pool.free(a);
    f.pool.free(b);
    EXPECT(f.pool.allocate(64) == b);
    EXPECT(f.pool.allocate(64) == a);
}

TEST(pool_configurations_that_cannot_work_are_refused) {
    World w;
    constexpr size_t kWrong[] = {0, 256, 3000, kSlabBytes - 1, kSlabBytes + 1};
    for (const size_t slab_bytes : kWrong) {
        Pool pool;
        EXPECT_EQ(pool.init(w.provider, 0, slab_bytes), Status::bad_config);
    }
    Pool pool;
    EXPECT_OK(pool.init(w.provider, 0, kSlabBytes));
    EXPECT_PANIC(EXPECT_OK(pool.init(w.provider, 0, kSlabBytes)));
    Pool without;
    EXPECT_PANIC(without.allocate(8));
}

TEST(an_exhausted_provider_says_no_and_the_pool_counts_it) {
    Fixture f(3 * kSlabBytes);  // two slabs and the heap's notes
    void* blocks[64];
    uint32_t taken = 0;
    while (taken < 64 && (blocks[taken] = f.pool.allocate(4096)) != nullptr)
        taken++;
    EXPECT(taken >= 2 * (kSlabBytes / 8192 - 1) && taken < 64);
    EXPECT_EQ(f.pool.figures().exhausted, 1u);
    EXPECT_EQ(f.pool.figures().allocations, taken);
    EXPECT_EQ(f.pool.figures().self_trims, 0u);  // nothing was ever freed: nothing to find
    f.pool.free(blocks[--taken]);
    blocks[taken] = f.pool.allocate(4096);  // what came back is served again
    EXPECT(blocks[taken] != nullptr);
    EXPECT(f.pool.invariants_hold());
    while (taken-- > 0)
        f.pool.free(blocks[taken]);
}

TEST(chunks_that_are_not_aligned_to_the_slab_are_refused_and_given_back) {
    ChunkHeap heap;
    ChunkProvider provider;
    Pool pool;
    EXPECT_OK(heap.init({aligned_memory() + 4096, kMemoryBytes - 4096}, kSlabBytes, 4096));
    provider.init({&heap, 1}, NodePolicy::own_only);
    EXPECT_OK(pool.init(provider, 0, kSlabBytes));
    EXPECT(pool.allocate(8) == nullptr);
    EXPECT_EQ(pool.figures().unaligned, 1u);
    EXPECT_EQ(pool.figures().exhausted, 0u);
    EXPECT_EQ(heap.figures().taken, 0u);
}

TEST(a_fresh_slab_is_carved_little_by_little) {
    Fixture f;
    unsigned char* first = static_cast<unsigned char*>(f.pool.allocate(1024));
    EXPECT_EQ(f.pool.figures().refills, 1u);
    EXPECT_EQ(f.pool.figures().slabs, 1u);
    EXPECT(f.pool.figures().peak <= 4096);
    EXPECT(static_cast<unsigned char*>(f.pool.allocate(1024)) > first);  // along the prefetcher
}

TEST(trimming_gives_wholly_free_slabs_back_and_no_other) {
    NEEDS_RAM(1024 * 1024);
    Fixture f;
    void* blocks[200];
    for (void*& block : blocks)
        block = f.pool.allocate(2000);
    const uint32_t slabs = f.pool.figures().slabs;
    EXPECT(slabs >= 6);
    EXPECT_EQ(f.pool.trim(), 0u);
    for (size_t i = 1; i < 200; i++)
        f.pool.free(blocks[i]);
    EXPECT_EQ(f.pool.trim(), slabs - 1);
    EXPECT_EQ(f.pool.figures().slabs, 1u);
    EXPECT_EQ(f.pool.figures().trimmed, slabs - 1);
    EXPECT_EQ(f.heap.figures().taken, 1u);
    EXPECT(f.pool.invariants_hold());
    for (size_t i = 1; i < 200; i++) {  // the pool is as good as before
        blocks[i] = f.pool.allocate(2000);
        EXPECT(blocks[i] != nullptr);
    }
    EXPECT(f.pool.invariants_hold());
    for (void* block : blocks)
        f.pool.free(block);
    EXPECT_EQ(f.pool.trim(), slabs);
    EXPECT_EQ(f.heap.figures().taken, 0u);
    EXPECT(f.pool.invariants_hold());
}

TEST(a_pool_counts_blocks_bytes_and_calls) {
    Fixture f;
    void* a = f.pool.allocate(100);
    const size_t block = f.pool.bytes_in_use();  // a power of two that holds them
    EXPECT(block >= 100 && is_power_of_two(block));
    void* b = f.pool.allocate(100);
    void* c = f.pool.allocate(1);
    EXPECT_EQ(f.pool.figures().in_use, 3u);
    EXPECT(f.pool.bytes_in_use() > 2 * block && f.pool.bytes_in_use() < 3 * block);
    f.pool.free(a);
    f.pool.free(c, 1);
    const PoolFigures figures = f.pool.figures();
    EXPECT_EQ(figures.in_use, 1u);
    EXPECT_EQ(f.pool.bytes_in_use(), block);
    EXPECT_EQ(figures.allocations, 3u);
    EXPECT_EQ(figures.frees, 2u);
    EXPECT(figures.peak >= 2 * block);
    f.pool.free(b);
    EXPECT_EQ(f.pool.figures().in_use, 0u);
    EXPECT_EQ(f.pool.bytes_in_use(), 0u);
}

TEST(a_pool_trims_itself_before_it_says_exhausted) {
    Fixture f(3 * kSlabBytes);  // two slabs and the heap's notes
    void* small = f.pool.allocate(8);
    void* large = f.pool.allocate(1000);
    EXPECT_EQ(f.heap.figures().taken, 2u);
    EXPECT(f.pool.allocate(100) == nullptr);  // both slabs have a block out
    EXPECT_EQ(f.pool.figures().self_trims, 0u);
    f.pool.free(small);
    void* medium = f.pool.allocate(100);  // in what was the slab of small blocks
    EXPECT(medium != nullptr);
    EXPECT_EQ(f.pool.figures().self_trims, 1u);
    EXPECT_EQ(f.pool.figures().trimmed, 1u);
    EXPECT_EQ(f.pool.figures().exhausted, 1u);
    EXPECT(f.pool.invariants_hold());
    f.pool.free(f.pool.allocate(100));
    EXPECT(f.pool.allocate(8) == nullptr);
    EXPECT_EQ(f.pool.figures().self_trims, 2u);
    EXPECT(f.pool.allocate(8) == nullptr);  // nothing was freed since: no second walk
    EXPECT_EQ(f.pool.figures().self_trims, 2u);
    EXPECT_EQ(f.pool.figures().exhausted, 3u);
    f.pool.free(medium);
    f.pool.free(large);
}

TEST(blocks_that_come_home_let_a_pool_trim_itself_again) {
    NEEDS_CORES(2);
    Fixture f(3 * kSlabBytes);
    Pool other;
    EXPECT_OK(other.init(f.provider, 0, kSlabBytes));
    void* small = f.pool.allocate(8);
    void* large = f.pool.allocate(1000);
    EXPECT(f.pool.allocate(100) == nullptr);
    other.free(small);
    other.flush();
    void* medium = f.pool.allocate(100);
    EXPECT(medium != nullptr);
    EXPECT_EQ(f.pool.figures().remote_received, 1u);
    f.pool.free(medium);
    f.pool.free(large);
    EXPECT_EQ(other.shutdown(), 0u);
}

TEST(a_custom_sources_memory_serves_a_pool_and_is_known_as_its_own) {
    struct Source {
        static SourceAnswer take(void*, size_t bytes, size_t, Bytes* chunk) {
            *chunk = {aligned_memory() + kMemoryBytes / 2, bytes};
            return SourceAnswer::ok;
        }
        static void give(void* given, Bytes) { ++*static_cast<int*>(given); }
        static bool owns(void*, const void* at) {
            return address(at) - address(aligned_memory() + kMemoryBytes / 2) < kSlabBytes;
        }
    };
    int given = 0;
    const ChunkSource source = {Source::take, Source::give, Source::owns, &given};
    ChunkHeap heap;
    ChunkProvider provider;
    Pool pool;
    EXPECT_OK(heap.init({aligned_memory(), kMemoryBytes / 2}, kSlabBytes, kSlabBytes));
    provider.init({&heap, 1}, NodePolicy::own_only, &source);
    EXPECT_OK(pool.init(provider, 0, kSlabBytes));
    void* block = pool.allocate(64);
    EXPECT(provider.has(block) && provider.has(aligned_memory()));
    EXPECT(!provider.has(&given));
    pool.free(block);
    EXPECT_EQ(pool.shutdown(), 0u);
    EXPECT_EQ(given, 1);
}

TEST(shutting_a_pool_down_counts_what_is_still_out_and_gives_all_memory_back) {
    NEEDS_RAM(1024 * 1024);
    World w;
    Pool pool;
    EXPECT_OK(pool.init(w.provider, 0, kSlabBytes));
    for (size_t bytes = 8; bytes <= 4096; bytes *= 2)
        EXPECT(pool.allocate(bytes) != nullptr);
    EXPECT_EQ(pool.shutdown(), 10u);
    EXPECT_EQ(w.heap.figures().taken, 0u);
    EXPECT_EQ(pool.shutdown(), 0u);
    EXPECT_OK(pool.init(w.provider, 0, kSlabBytes));  // and may start again
    void* block = pool.allocate(8);
    EXPECT(block != nullptr);
    pool.free(block);
    EXPECT_EQ(pool.shutdown(), 0u);
}

TEST(sixteen_kilobytes_of_memory_make_a_pool) {
    constexpr size_t kSmallSlab = 1024;
    Fixture f(16 * 1024, kSmallSlab);
    EXPECT_EQ(f.pool.largest() + kBlockOverhead, 256u);
    EXPECT(f.pool.allocate(f.pool.largest() + 1) == nullptr);
    EXPECT_EQ(f.pool.figures().too_large, 1u);
    uint32_t blocks = 0;
    while (f.pool.allocate(16) != nullptr)
        blocks++;
    EXPECT(blocks >= (kChecked ? 100u : 850u));  // of 1024 that would fit without any header
    EXPECT_EQ(f.pool.figures().exhausted, 1u);
    EXPECT(f.pool.invariants_hold());
    EXPECT_EQ(f.pool.shutdown(), blocks);
}
