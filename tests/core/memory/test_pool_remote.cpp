// test_pool_remote.cpp - blocks that another worker frees: batches, the way home, nothing lost
// SPDX-License-Identifier: MIT
#include <core/memory/pool_world.hpp>

using namespace pool_world;

namespace {

struct Two : World {
    Two() {
        EXPECT_OK(owner.init(provider, 0, kSlabBytes));
        EXPECT_OK(other.init(provider, 0, kSlabBytes));
    }
    ~Two() {
        owner.flush();
        other.flush();
        EXPECT_EQ(owner.shutdown(), 0u);
        EXPECT_EQ(other.shutdown(), 0u);
        EXPECT_EQ(heap.figures().taken, 0u);
    }
    Pool owner, other;
};

// Blocks on their way from the core that allocates to the core that frees.
#if WEFT_VALGRIND
constexpr uint32_t kObjects = 20000;  // one thread at a time, each spinning away its share
#else
constexpr uint32_t kObjects = 10 * unit::kModelSteps;  // ten million, fewer under slow tools
#endif
constexpr uint32_t kSlots = 4096;

struct Belt {
    Atomic<uint32_t*> slots[kSlots];
    Pool* freeing;
    uint32_t damaged;
};
Belt belt;

constexpr uint32_t kSizes[] = {8, 24, 64, 200, 500};

void free_everything(void*) {
    belt.damaged = 0;
    for (uint32_t i = 0; i < kObjects; i++) {
        Atomic<uint32_t*>& slot = belt.slots[i % kSlots];
        unit::wait_until([&] { return slot.load_relaxed() != nullptr; });
        uint32_t* const block = slot.load_acquire();
        slot.store_relaxed(nullptr);
        belt.damaged += block[0] != i || block[1] != ~i;
        belt.freeing->free(block, kSizes[i % 5]);
    }
    belt.freeing->flush();
}

uint32_t* allocate_surely(Pool& pool, uint32_t bytes) {
    uint32_t* block = nullptr;
    unit::wait_until([&] {  // the other core may hold them all: they come back
        return (block = static_cast<uint32_t*>(pool.allocate(bytes))) != nullptr;
    });
    return block;
}

}  // namespace

TEST(a_block_freed_by_another_worker_goes_back_to_its_owner) {
    NEEDS_CORES(2);
    Two w;
    void* block = w.owner.allocate(64);
    w.other.free(block);
    EXPECT_EQ(w.owner.collect(), 0u);  // still in a batch
    EXPECT_EQ(w.owner.figures().in_use != 0, true);
    w.other.flush();
    EXPECT_EQ(w.owner.collect(), 1u);
    EXPECT_EQ(w.owner.figures().in_use, 0u);
    EXPECT_EQ(w.owner.figures().remote_received, 1u);
    EXPECT_EQ(w.other.figures().remote_sent, 1u);
    EXPECT_EQ(w.other.figures().frees, 0u);
    EXPECT(w.owner.allocate(64) == block);
    EXPECT(w.other.allocate(64) != block);
    w.owner.free(block);
    EXPECT(w.owner.invariants_hold() && w.other.invariants_hold());
    EXPECT_EQ(w.other.shutdown(), 1u);
}

TEST(a_batch_is_sent_when_it_is_full_in_one_push) {
    NEEDS_CORES(2);
    Two w;
    void* blocks[64];
    for (void*& block : blocks)
        block = w.owner.allocate(32);
    for (void* block : blocks)
        w.other.free(block);
    EXPECT_EQ(w.other.figures().remote_sent, 64u);
    EXPECT_EQ(w.other.figures().batches_sent, 2u);
    EXPECT_EQ(w.owner.collect(), 64u);
    EXPECT(w.owner.invariants_hold());
}

TEST(more_owners_than_batches_lose_nothing) {
    NEEDS_CORES(2);
    constexpr uint32_t kOwners = 7;
    World w;
    Pool owners[kOwners], freeing;
    EXPECT_OK(freeing.init(w.provider, 0, kSlabBytes));
    for (Pool& owner : owners)
        EXPECT_OK(owner.init(w.provider, 0, kSlabBytes));
    for (uint32_t round = 0; round < 10; round++)
        for (Pool& owner : owners)
            freeing.free(owner.allocate(100));
    EXPECT(freeing.figures().batches_sent > 0);
    freeing.flush();
    EXPECT_EQ(freeing.figures().remote_sent, 10 * kOwners);
    for (Pool& owner : owners) {
        owner.collect();
        EXPECT(owner.invariants_hold());
        EXPECT_EQ(owner.figures().remote_received, 10u);
        EXPECT_EQ(owner.shutdown(), 0u);
    }
    EXPECT_EQ(freeing.shutdown(), 0u);
    EXPECT_EQ(w.heap.figures().taken, 0u);
}

TEST(an_empty_list_takes_the_inbox_before_it_asks_for_memory) {
    NEEDS_CORES(2);
    Two w;
    void* blocks[7];
    for (void*& block : blocks)
        block = w.owner.allocate(4096);
    const uint32_t refills = w.owner.figures().refills;
    for (void* block : blocks)
        w.other.free(block);
    w.other.flush();
    for (void*& block : blocks)
        block = w.owner.allocate(4096);
    EXPECT_EQ(w.owner.figures().refills, refills);
    for (void* block : blocks)
        w.owner.free(block);
}

TEST(a_batch_may_hold_blocks_of_many_classes) {
    NEEDS_CORES(2);
    Two w;
    for (uint32_t round = 0; round < 5; round++)
        for (size_t bytes = 1; bytes <= kPoolMostBytes; bytes = bytes * 2 + 1)
            w.other.free(w.owner.allocate(bytes), bytes);
    w.other.flush();
    w.owner.collect();
    EXPECT_EQ(w.owner.figures().in_use, 0u);
    EXPECT(w.owner.invariants_hold());
}

TEST(a_foreign_free_is_caught) {
    Two w;
    alignas(16) static unsigned char elsewhere[3 * kSlabBytes];  // of no pool, and all zero
    EXPECT_PANIC(w.owner.free(elsewhere + 2 * kSlabBytes - 64));
    void* stale = w.owner.allocate(64);
    w.owner.free(stale);
    w.owner.trim();
    EXPECT_PANIC(w.other.free(stale));
    EXPECT_PANIC(w.owner.free(stale));
}

TEST(one_core_allocates_and_another_frees_and_nothing_is_lost) {
    NEEDS_CORES(2);
    Two w;
    belt.freeing = &w.other;
    for (auto& slot : belt.slots)
        slot.store_relaxed(nullptr);
    EXPECT(port::start_core(1, false, free_everything, nullptr));
    for (uint32_t i = 0; i < kObjects; i++) {
        uint32_t* block = allocate_surely(w.owner, kSizes[i % 5]);
        block[0] = i;
        block[1] = ~i;
        unit::wait_until([&] { return belt.slots[i % kSlots].load_relaxed() == nullptr; });
        belt.slots[i % kSlots].store_release(block);
        if (i % 32768 == 0) EXPECT(w.other.figures().remote_sent <= i);  // readable meanwhile
    }
    port::join_core(1);
    w.owner.collect();
    EXPECT_EQ(belt.damaged, 0u);
    EXPECT_EQ(w.other.figures().remote_sent, kObjects);
    EXPECT_EQ(w.owner.figures().remote_received, kObjects);
    EXPECT_EQ(w.owner.figures().in_use, 0u);
    EXPECT(w.owner.invariants_hold() && w.other.invariants_hold());
}
