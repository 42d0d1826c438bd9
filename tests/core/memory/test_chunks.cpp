// test_chunks.cpp - regions, chunk heaps, and the provider that asks one after the other
// SPDX-License-Identifier: MIT
#include <core/memory/chunk_oracle.hpp>
#include <weft/memory/chunk_provider.hpp>
#include <weft/memory/region.hpp>

using namespace weft;

namespace {

constexpr size_t kSmallest = 256;
constexpr size_t kAlignment = 4096;
constexpr size_t kBytes = 64 * 1024 + 512;  // 64 KiB of chunks, and notes

alignas(kAlignment) unsigned char memory_a[kBytes];
alignas(kAlignment) unsigned char memory_b[kBytes];

Bytes bytes_a() {
    return {memory_a, sizeof memory_a};
}

using chunk_oracle::kModelSteps;
using chunk_oracle::Oracle;

struct Heap {
    Heap() { EXPECT_OK(heap.init(bytes_a(), kSmallest, kAlignment)); }
    ChunkHeap* operator->() { return &heap; }
    ChunkHeap heap;
};

struct Custom {
    SourceAnswer answer = SourceAnswer::ok;
    uint32_t given = 0;
    alignas(kAlignment) unsigned char memory[kAlignment];

    static SourceAnswer take(void* self, size_t, size_t, Bytes* chunk) {
        Custom* custom = static_cast<Custom*>(self);
        *chunk = {custom->memory, sizeof custom->memory};
        return custom->answer;
    }
    static void give(void* self, Bytes) { static_cast<Custom*>(self)->given++; }
    static bool owns(void* self, const void* at) {
        Custom* custom = static_cast<Custom*>(self);
        return Bytes{custom->memory, sizeof custom->memory}.contains(uintptr_t(at));
    }
    ChunkSource table() { return {take, give, owns, this}; }
};

}  // namespace

TEST(a_region_aligns_addresses_and_refuses_without_change) {
    Region region(Bytes{memory_a + 1, 1000});
    void* first = region.allocate(10, 64);
    EXPECT(is_aligned(uintptr_t(first), 64));
    EXPECT(is_aligned(uintptr_t(region.allocate(1, 512)), 512));
    const size_t used = region.used();
    EXPECT(region.allocate(1000, 1) == nullptr);
    EXPECT(region.allocate(~size_t(0), 1) == nullptr);
    EXPECT(region.allocate(~size_t(0) - 8, 4096) == nullptr);
    EXPECT(region.allocate(1, size_t(1) << (sizeof(size_t) * 8 - 1)) == nullptr);
    EXPECT_EQ(region.used(), used);
    EXPECT(region.allocate(region.remaining(), 1) != nullptr);
    EXPECT(region.allocate(0, 1) != nullptr);
    EXPECT(region.allocate(1, 1) == nullptr);
    region.reset();
    EXPECT_EQ(region.used(), 0u);
    EXPECT_EQ(region.peak(), 1000u);
    EXPECT_PANIC((void)region.allocate(1, 3));
}

TEST(a_region_agrees_with_an_oracle_over_a_million_random_steps) {
    Region region(Bytes{memory_a + 3, 5000});
    unit::Random random(41);
    uintptr_t end = uintptr_t(memory_a + 3), peak = 0;
    uint32_t wrong = 0;
    for (uint32_t step = 0; step < kModelSteps; step++) {
        if (random.below(100) == 0) {
            region.reset();
            end = uintptr_t(memory_a + 3);
        }
        const size_t bytes = random.below(1u << random.below(12));
        const size_t alignment = size_t(1) << random.below(13);
        const uintptr_t start = align_down(end + alignment - 1, alignment);
        const bool fits = start + bytes <= uintptr_t(memory_a + 3) + 5000;
        const uintptr_t got = uintptr_t(region.allocate(bytes, alignment));
        wrong += got != (fits ? start : 0);
        if (fits) end = start + bytes;
        const size_t used = end - uintptr_t(memory_a + 3);
        if (used > peak) peak = used;
        wrong += region.used() != used || region.remaining() != 5000 - used;
    }
    EXPECT_EQ(wrong, 0u);
    EXPECT_EQ(region.peak(), peak);
}

TEST(a_fresh_heap_is_one_piece_and_a_full_round_makes_it_so_again) {
    Heap heap;
    const Bytes whole = heap->take(64 * 1024);
    EXPECT_EQ(whole.size, 64u * 1024);
    EXPECT(heap->take(1).data == nullptr);
    EXPECT_EQ(heap->figures().refused, 1u);
    heap->give(whole);
    Bytes small[256];
    for (Bytes& chunk : small)
        chunk = heap->take(kSmallest);
    EXPECT(heap->take(1).data == nullptr);
    EXPECT_EQ(heap->figures().free, 0u);
    for (uint32_t i = 0; i < 256; i++)
        heap->give(small[(i * 37) & 255]);
    EXPECT_EQ(heap->figures().splits, heap->figures().merges);
    EXPECT(heap->invariants_hold());
    EXPECT_EQ(heap->take(64 * 1024).data, whole.data);
}

TEST(chunks_are_aligned_to_their_size_and_hold_what_was_asked) {
    Heap heap;
    constexpr size_t kAsked[] = {0, 1, 257, 4000, 4097};
    for (size_t bytes : kAsked) {
        const Bytes chunk = heap->take(bytes);
        EXPECT(chunk.size >= bytes && chunk.size >= kSmallest);
        EXPECT_EQ(chunk.size, heap->chunk_size(bytes));
        const size_t alignment = chunk.size < kAlignment ? chunk.size : kAlignment;
        EXPECT(is_aligned(chunk.address(), alignment));
    }
    EXPECT_EQ(heap->chunk_size(~size_t(0)), kHuge);
    EXPECT(heap->take(~size_t(0)).data == nullptr);
    EXPECT(heap->invariants_hold());
}

TEST(giving_what_is_not_a_whole_taken_chunk_panics_and_changes_nothing) {
    Heap heap;
    Bytes chunk = heap->take(1024);
    EXPECT_PANIC(heap->give(Bytes{chunk.data, 512}));
    EXPECT_PANIC(heap->give(Bytes{chunk.data + 256, 256}));
    EXPECT_PANIC(heap->give(Bytes{memory_b, 1024}));
    heap->give(chunk);
    EXPECT_PANIC(heap->give(chunk));
    EXPECT(heap->invariants_hold());
}

TEST(a_heap_refuses_what_it_cannot_be_made_of) {
    ChunkHeap heap;
    EXPECT_EQ(heap.init(bytes_a(), 100, 64), Status::bad_config);
    EXPECT_EQ(heap.init(bytes_a(), 4, 64), Status::bad_config);
    EXPECT_EQ(heap.init(bytes_a(), 256, 48), Status::bad_config);
    EXPECT_EQ(heap.init(Bytes{}, 256, 64), Status::storage_too_small);
    EXPECT_EQ(heap.init(Bytes{memory_a, 256}, 256, 64), Status::storage_too_small);
    EXPECT_EQ(heap.init(Bytes{memory_a + 1, 4000}, 256, 4096), Status::storage_too_small);
    EXPECT_OK(heap.init(Bytes{memory_a + 1, 4500}, 256, 64));
    EXPECT(heap.invariants_hold());
    EXPECT_PANIC((void)heap.init(bytes_a(), 256, 64));
}

TEST(a_heap_of_any_size_cuts_all_of_it) {
    for (size_t size = 600; size < 9000; size += 333) {
        ChunkHeap heap;
        EXPECT_OK(heap.init(Bytes{memory_a, size}, kSmallest, 64));
        EXPECT(heap.figures().total + kSmallest + (size >> 8) + 1 > size);
        EXPECT_EQ(heap.figures().free, heap.figures().total);
        EXPECT(heap.invariants_hold());
    }
}

TEST(a_million_random_takes_and_gives_agree_with_an_oracle) {
    Heap heap;
    Oracle oracle;
    unit::Random random(17);
    for (uint32_t step = 0; step < kModelSteps; step++) {
        if (oracle.count > 0 && (random.below(2) == 0 || oracle.count == Oracle::kMost)) {
            heap->give(oracle.remove(random.below(oracle.count)));
        } else {
            const Bytes chunk = heap->take(random.below(1u << random.below(14)));
            if (chunk.data != nullptr) oracle.add(chunk, static_cast<unsigned char>(step));
        }
        EXPECT_EQ(heap->figures().taken, oracle.count);
        if ((step & 1023) == 0) EXPECT(heap->invariants_hold());
    }
    while (oracle.count > 0)
        heap->give(oracle.remove(0));
    EXPECT_EQ(heap->figures().free, heap->figures().total);
}

TEST(two_cores_take_and_give_from_one_heap) {
    NEEDS_CORES(2);
    static ChunkHeap* shared;
    Heap heap;
    shared = &heap.heap;
    const auto churn = [](void*) {
        unit::Random random(uint32_t(uintptr_t(&random)) | 1);
        for (uint32_t i = 0; i < 5000; i++) {
            const Bytes chunk = shared->take(random.below(4096));
            if (chunk.data == nullptr) continue;
            chunk.data[chunk.size - 1] = 1;
            shared->give(chunk);
        }
    };
    EXPECT(port::start_core(1, false, churn, nullptr));
    churn(nullptr);
    port::join_core(1);
    EXPECT_EQ(heap->figures().taken, 0u);
    EXPECT(heap->invariants_hold());
}

TEST(a_full_node_takes_from_the_next_only_if_the_policy_allows) {
    constexpr NodePolicy kPolicies[] = {NodePolicy::own_only, NodePolicy::spill};
    for (const NodePolicy policy : kPolicies) {
        ChunkHeap heaps[2];
        EXPECT_OK(heaps[0].init(Bytes{memory_a, 1100}, kSmallest, 64));
        EXPECT_OK(heaps[1].init(Bytes{memory_b, sizeof memory_b}, kSmallest, kAlignment));
        ChunkProvider provider;
        provider.init(Span<ChunkHeap>(heaps), policy);
        const Bytes own = provider.take(0, 1024);
        EXPECT(heaps[0].contains(own.data));
        const Bytes second = provider.take(0, 1024);
        EXPECT_EQ(second.data != nullptr, policy == NodePolicy::spill);
        EXPECT_EQ(provider.figures().spilled, policy == NodePolicy::spill ? 1u : 0u);
        EXPECT_EQ(provider.figures().refused, policy == NodePolicy::spill ? 0u : 1u);
        provider.give(own);
        if (second.data != nullptr) provider.give(second);
        EXPECT_EQ(heaps[0].figures().taken + heaps[1].figures().taken, 0u);
        EXPECT_PANIC((void)provider.take(2, 1));
    }
}

TEST(callbacks_run_outside_every_lock_and_may_use_the_heap) {
    static ChunkHeap* inside;
    Heap heap;
    inside = &heap.heap;
    const ChunkSource source = {[](void*, size_t bytes, size_t, Bytes*) {
                                    inside->give(inside->take(bytes));
                                    return inside->figures().taken == 0 ? SourceAnswer::fallback
                                                                        : SourceAnswer::fail;
                                },
                                nullptr, nullptr, nullptr};
    ChunkProvider provider;
    provider.init(Span<ChunkHeap>(&heap.heap, 1), NodePolicy::own_only, &source);
    const Bytes chunk = provider.take(0, 1024);
    EXPECT(chunk.data != nullptr);
    EXPECT_PANIC(heap->give(Bytes{chunk.data, 512}));  // the hook leaves for good
    heap->give(chunk);
    EXPECT_EQ(heap->figures().takes, 2u);
}

TEST(a_custom_source_serves_passes_on_or_refuses) {
    Heap heap;
    Custom custom;
    const ChunkSource table = custom.table();
    ChunkProvider provider;
    provider.init(Span<ChunkHeap>(&heap.heap, 1), NodePolicy::spill, &table);
    const Bytes served = provider.take(0, 100);
    EXPECT_EQ(served.data, custom.memory);
    custom.answer = SourceAnswer::fallback;
    const Bytes passed = provider.take(0, 100);
    EXPECT(heap->contains(passed.data));
    custom.answer = SourceAnswer::fail;
    EXPECT(provider.take(0, 100).data == nullptr);
    EXPECT_EQ(provider.figures().custom, 1u);
    EXPECT_EQ(provider.figures().fallbacks, 1u);
    EXPECT_EQ(provider.figures().refused, 1u);
    provider.give(served);
    EXPECT_EQ(custom.given, 1u);
    provider.give(passed);
    EXPECT_EQ(heap->figures().taken, 0u);
    EXPECT_PANIC(provider.give(Bytes{memory_b, 256}));
}
