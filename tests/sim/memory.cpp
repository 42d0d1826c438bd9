// memory.cpp - chunk heap, caches, pools with remote frees, frames
// SPDX-License-Identifier: MIT
#include "scenario.hpp"

using namespace weft;
using namespace sim_tests;

namespace {

constexpr size_t kSmallest = 1024, kAlign = 4096, kBytes = 64 * 1024 + 512;
alignas(kAlign) unsigned char heap_memory[kBytes];

// A heap, and a chunk provider for each of two workers.
struct World {
    World() {
        SIM_CHECK(heap.init({heap_memory, kBytes}, kSmallest, kAlign) == Status::ok);
        for (uint32_t i = 0; i < 2; i++) {
            caches[i].init(kSmallest, 8192);
            providers[i].init({&heap, 1}, NodePolicy::own_only);
            providers[i].set_caches(caches, i, 0);
        }
    }
    void end() {
        for (ChunkProvider& provider : providers)
            provider.trim();
        SIM_CHECK(heap.figures().taken == 0);
        SIM_CHECK(heap.invariants_hold());
    }

    ChunkHeap heap;
    ChunkCache caches[2];
    ChunkProvider providers[2];
};

void write_to(Bytes chunk, unsigned char value) {
    for (size_t i = 0; i < chunk.size; i += 64)
        chunk.data[i] = value;
}

void check_is(Bytes chunk, unsigned char value) {
    for (size_t i = 0; i < chunk.size; i += 64)
        SIM_CHECK(chunk.data[i] == value);
}

// Whoever has a chunk has it alone: its bytes are plain.
void use_chunk(ChunkHeap& heap, size_t bytes, unsigned char value) {
    const Bytes chunk = heap.take(bytes);
    if (chunk.data == nullptr) return;
    write_to(chunk, value);
    check_is(chunk, value);
    heap.give(chunk);
}

SCENARIO(a_chunk_is_given_to_one_core, exhaustive(3, 1)) {
    World world;
    {
        const auto others = on_others<1>([&](uint32_t) { use_chunk(world.heap, 1024, 2); });
        use_chunk(world.heap, 2048, 1);
    }
    world.end();
}

SCENARIO(chunks_of_three_cores_merge_again, seeds(400)) {
    World world;
    const auto use = [&](uint32_t core) {
        for (int i = 0; i < 4; i++)
            use_chunk(world.heap, size_t(kSmallest) << sim::choose(4), uint8_t(core));
    };
    {
        const auto others = on_others<2>(use);
        use(0);
    }
    world.end();
}

// One worker fills its cache and takes from it; another, short of memory, empties it.
SCENARIO(a_cached_chunk_goes_to_its_owner_or_to_who_is_short, exhaustive(kAll, 2)) {
    World world;
    ChunkCache& cache = world.caches[0];
    uint32_t chunks = 1;
    Bytes theirs;
    SIM_CHECK(cache.put(world.heap.take(kSmallest)));
    {
        const auto others = on_others<1>([&](uint32_t) { theirs = cache.take_any(); });
        const Bytes mine = cache.take(kSmallest);
        if (mine.data != nullptr) {
            write_to(mine, 1);
            SIM_CHECK(cache.put(mine));
            chunks++;
        }
    }
    if (theirs.data != nullptr) world.heap.give(theirs);
    const Bytes left = cache.take(kSmallest);
    SIM_CHECK((theirs.data == nullptr) != (left.data == nullptr));
    if (left.data != nullptr) world.heap.give(left);
    world.end();
}

// ---- pools ----

struct Pools : World {
    Pools() {
        for (Pool& pool : pools)
            SIM_CHECK(pool.init(providers[0], 0, kAlign) == Status::ok);
    }
    void end() {
        for (Pool& pool : pools)
            pool.flush();
        for (Pool& pool : pools)
            pool.collect();
        for (Pool& pool : pools) {
            SIM_CHECK(pool.invariants_hold());
            SIM_CHECK(pool.figures().in_use == 0);
        }
        for (Pool& pool : pools)
            SIM_CHECK(pool.shutdown() == 0);
        World::end();
    }

    Pool pools[3];
};

// Two cores free blocks of a third, which allocates meanwhile.
SCENARIO(blocks_freed_by_two_others_all_come_home, exhaustive(3, 1)) {
    Pools world;
    void* blocks[3];
    for (void*& block : blocks)
        block = world.pools[0].allocate(64);
    {
        const auto others = on_others<2>([&](uint32_t core) {
            static_cast<unsigned char*>(blocks[core])[63] = uint8_t(core);
            world.pools[core].free(blocks[core]);
            world.pools[core].flush();
        });
        (void)world.pools[0].collect();
        unsigned char* const fresh = static_cast<unsigned char*>(world.pools[0].allocate(64));
        fresh[63] = 7;
        world.pools[0].free(blocks[0]);
        SIM_CHECK(fresh[63] == 7);
        world.pools[0].free(fresh);
    }
    world.end();
}

// Each of three frees what the others made, through cells that hold a block or none.
SCENARIO(pools_of_three_cores_in_random_use_lose_nothing, seeds(500)) {
    Pools world;
    Atomic<unsigned char*> cells[4];
    const auto use = [&](uint32_t core) {
        Pool& pool = world.pools[core];
        for (int i = 0; i < 12; i++) {
            unsigned char* block = nullptr;
            if (sim::choose(2) == 0) {
                block = static_cast<unsigned char*>(pool.allocate(32));
                SIM_CHECK(block != nullptr);
                block[31] = uint8_t(core);
            }
            // Acquire and release: hands one block over, and takes another. Pairs with itself.
            block = cells[sim::choose(4)].exchange_acq_rel(block);
            if (block == nullptr) continue;
            block[31]++;
            pool.free(block);
            if (sim::choose(4) == 0) pool.flush();
        }
        pool.flush();
    };
    {
        const auto others = on_others<2>(use);
        use(0);
    }
    for (Atomic<unsigned char*>& cell : cells)
        world.pools[0].free(cell.load_relaxed());  // Relaxed: the others have been joined.
    world.end();
}

// ---- frames ----

constexpr uint32_t kInFlight = 2;

struct FrameWorld : World {
    FrameWorld() {
        for (uint32_t i = 0; i < 2 * kInFlight; i++)
            SIM_CHECK(rows[i].arena.init(providers[i / kInFlight], 0,
                                         {1024, 4096, FrameRetention::keep_all}) == Status::ok);
        SIM_CHECK(set.init(rows, sizeof(WorkerFrame) * kInFlight, 2, kInFlight) == Status::ok);
    }

    WorkerFrame rows[2 * kInFlight];
    FrameSet set;
};

struct Ending {
    uint32_t* count;
    uint32_t value = 1;
    explicit Ending(uint32_t* at) : count(at) {}
    ~Ending() { *count += value; }
};

// A user on another core is in its frame when the frame ends; memory of the next one follows.
SCENARIO(a_frame_is_reset_after_its_last_user_and_its_endings_run_once, exhaustive(3, 1)) {
    FrameWorld world;
    uint32_t endings = 0;
    Frame frame = {};
    SIM_CHECK(world.set.begin(&frame) == Status::ok);
    world.set.enter(frame);
    {
        const auto others = on_others<1>([&](uint32_t) {
            Ending* const mine = world.set.memory(frame, 1).create<Ending>(&endings);
            mine->value = 2;
            (void)world.set.leave(frame);
        });
        (void)world.set.memory(frame, 0).create<Ending>(&endings);
        (void)world.set.end(frame);
        for (int i = 0; i < 2; i++) {
            Frame next = {};
            if (world.set.begin(&next) != Status::ok) break;
            SIM_CHECK(world.set.memory(next, 0).allocate(64) != nullptr);
            SIM_CHECK(world.set.end(next));
        }
    }
    SIM_CHECK(endings == 3);
    SIM_CHECK(!world.set.is_live(frame));
}

SCENARIO(a_frame_with_many_users_is_done_once, exhaustive(kAll, 1)) {
    FrameWorld world;
    uint32_t endings = 0;
    bool last[3] = {};
    Frame frame = {};
    SIM_CHECK(world.set.begin(&frame) == Status::ok);
    (void)world.set.memory(frame, 0).create<Ending>(&endings);
    world.set.enter(frame);
    world.set.enter(frame);
    {
        const auto others =
            on_others<2>([&](uint32_t core) { last[core] = world.set.leave(frame); });
        last[0] = world.set.end(frame);
    }
    SIM_CHECK(last[0] + last[1] + last[2] == 1 && endings == 1);
}

}  // namespace
