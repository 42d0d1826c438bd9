// test_fiber_pool.cpp - fibers made, lent, refused, grown and trimmed
// SPDX-License-Identifier: MIT
#include <core/room.hpp>
#include <unit/unit.hpp>
#include <weft/fiber/fiber_pool.hpp>

using namespace weft;

namespace {

constexpr Config kConfig = room::fitted(
    Config().small_fibers(2, 4).large_fibers(0, 1).large_stack_bytes(128 * 1024).frame_bytes(4096));

void never_runs(port::Context*, void*) {
    WEFT_PANIC("a pool's fiber ran by itself");
}

struct Fixture {
    explicit Fixture(const Config& config) {
        EXPECT_OK(storage.map(config));
        EXPECT_OK(pool.init(config, storage.bytes(), never_runs, this));
    }
    ~Fixture() { pool.shutdown(); }

    MappedStorage storage;
    FiberPool pool;
};

FiberFigures small(const FiberPool& pool) {
    return pool.figures(StackClass::small);
}

bool is_zero(Bytes bytes) {
    for (size_t i = 0; i < bytes.size; i++)
        if (bytes.data[i] != 0) return false;
    return true;
}

}  // namespace

TEST(a_pool_starts_with_its_initial_fibers_and_grows_to_its_limit) {
    Fixture f(kConfig);
    EXPECT_EQ(small(f.pool).made, 2u);
    EXPECT_EQ(small(f.pool).limit, 4u);
    EXPECT_OK(f.pool.grow_one(StackClass::small));
    EXPECT_OK(f.pool.grow_one(StackClass::small));
    EXPECT_EQ(f.pool.grow_one(StackClass::small), Status::exhausted);
    EXPECT_EQ(small(f.pool).made, 4u);
    EXPECT_EQ(small(f.pool).grown, 2u);
    EXPECT(f.pool.invariants_hold());
}

TEST(an_exhausted_pool_says_no_and_counts_it) {
    Fixture f(kConfig);
    Fiber* taken[4];
    for (Fiber*& fiber : taken)
        fiber = f.pool.acquire(StackClass::small);
    for (Fiber* fiber : taken)
        EXPECT(fiber != nullptr);
    EXPECT(f.pool.acquire(StackClass::small) == nullptr);
    EXPECT(f.pool.acquire(StackClass::small) == nullptr);
    EXPECT_EQ(small(f.pool).exhausted, 2u);
    EXPECT_EQ(small(f.pool).in_use, 4u);
    EXPECT_EQ(small(f.pool).peak_in_use, 4u);
    EXPECT_EQ(small(f.pool).acquired, 4u);
    for (Fiber* fiber : taken)
        f.pool.release(fiber);
    EXPECT_EQ(small(f.pool).in_use, 0u);
    EXPECT(f.pool.invariants_hold());
}

TEST(the_last_fiber_released_is_the_first_taken) {
    Fixture f(kConfig);
    Fiber* first = f.pool.acquire(StackClass::small);
    Fiber* second = f.pool.acquire(StackClass::small);
    f.pool.release(first);
    f.pool.release(second);
    EXPECT_EQ(f.pool.acquire(StackClass::small), second);
    f.pool.release(second);
}

TEST(stack_classes_have_their_own_fibers_and_sizes) {
    Fixture f(kConfig);
    Fiber* large = f.pool.acquire(StackClass::large);
    EXPECT(large->stack_class == StackClass::large);
    EXPECT(large->info->stack.bytes() >= kConfig.large_stack_bytes());
    EXPECT(f.pool.acquire(StackClass::large) == nullptr);
    EXPECT_EQ(f.pool.figures(StackClass::large).exhausted, 1u);
    EXPECT_EQ(small(f.pool).in_use, 0u);
    f.pool.release(large);
}

TEST(a_stack_is_as_large_as_configured_and_its_top_is_coloured) {
    Fixture f(kConfig.small_fibers(4, 4));
    Fiber* taken[4];
    for (Fiber*& fiber : taken)
        fiber = f.pool.acquire(StackClass::small);
    for (const Fiber* a : taken) {
        EXPECT(a->info->stack.bytes() >= kConfig.small_stack_bytes());
        EXPECT(is_aligned(reinterpret_cast<uintptr_t>(a->info->stack.top), port::kStackAlign));
        for (const Fiber* b : taken) {
            const uintptr_t apart = uintptr_t(a->info->stack.top) ^ uintptr_t(b->info->stack.top);
            if (a != b && port::kColourLines > 1)
                EXPECT(apart % (port::kCacheLine * port::kColourLines) != 0);
        }
    }
    for (Fiber* fiber : taken)
        f.pool.release(fiber);
}

TEST(control_blocks_are_dense_and_apart_from_the_stacks) {
    Fixture f(kConfig);
    Fiber* a = f.pool.acquire(StackClass::small);
    Fiber* b = f.pool.acquire(StackClass::small);
    EXPECT(b - a == 1 || a - b == 1);
    EXPECT(is_aligned(uintptr_t(a), port::kCacheLine));
    EXPECT(!a->info->stack.contains(uintptr_t(b)));
    f.pool.release(a);
    f.pool.release(b);
}

TEST(trimming_keeps_what_is_asked_and_what_is_in_use) {
    Fixture f(kConfig.small_fibers(4, 4));
    Fiber* used = f.pool.acquire(StackClass::small);
    EXPECT_EQ(f.pool.trim(StackClass::small, 1), 2u);
    EXPECT_EQ(small(f.pool).made, 2u);
    EXPECT_EQ(f.pool.trim(StackClass::small, 1), 0u);
    EXPECT_EQ(f.pool.trim(StackClass::small, 0), 1u);
    EXPECT_EQ(small(f.pool).trimmed, 3u);
    EXPECT(f.pool.invariants_hold());
    f.pool.release(used);
    for (int i = 0; i < 3; i++)
        EXPECT_OK(f.pool.grow_one(StackClass::small));
    EXPECT_EQ(small(f.pool).made, 4u);
    EXPECT(f.pool.invariants_hold());
}

TEST(fibers_come_with_empty_locals) {
    Fixture f(kConfig);
    Fiber* fiber = f.pool.acquire(StackClass::small);
    pooled_info(*fiber).locals[kFiberLocals - 1] = &f;
    fiber->has_locals = true;
    f.pool.release(fiber);
    EXPECT_EQ(f.pool.acquire(StackClass::small), fiber);
    for (void* local : pooled_info(*fiber).locals)
        EXPECT(local == nullptr);
    f.pool.release(fiber);
}

TEST(releasing_twice_or_to_another_pool_panics) {
    NEEDS_RAM(64 * 1024);
    Fixture f(kConfig), other(kConfig);
    Fiber* fiber = f.pool.acquire(StackClass::small);
    EXPECT_PANIC(other.pool.release(fiber));
    f.pool.release(fiber);
    EXPECT_PANIC(f.pool.release(fiber));
    EXPECT(f.pool.invariants_hold() && other.pool.invariants_hold());
}

TEST(shutting_down_with_a_fiber_in_use_panics) {
    Fixture f(kConfig);
    Fiber* fiber = f.pool.acquire(StackClass::small);
    EXPECT_PANIC(f.pool.shutdown());
    f.pool.release(fiber);
}

TEST(refused_storage_is_left_as_it_was) {
    MappedStorage storage;
    EXPECT_OK(storage.map(kConfig));
    Bytes bytes = storage.bytes();
    bytes.size = footprint(kConfig).bytes;
    FiberPool pool;
    EXPECT_EQ(pool.init(kConfig.small_fibers(5, 4), bytes, never_runs, nullptr),
              Status::bad_config);
    EXPECT_EQ(pool.init(kConfig, bytes.part(16, bytes.size - 16), never_runs, nullptr),
              Status::storage_too_small);
    EXPECT_EQ(
        pool.init(kConfig.small_fibers(0, 1), bytes.part(4, bytes.size - 4), never_runs, nullptr),
        Status::storage_unaligned);
    bytes.size--;
    EXPECT_EQ(pool.init(kConfig, bytes, never_runs, nullptr), Status::storage_too_small);
    EXPECT(is_zero(bytes));
    EXPECT_OK(pool.init(kConfig, storage.bytes(), never_runs, nullptr));  // and can still be used
    pool.shutdown();
}

// Takes pages of the storage away from under the pool, as a machine does that has none left.
static void take_away(Bytes storage, const StackLane& lane, uint32_t slot, size_t offset) {
    unsigned char* page = storage.data + lane.offset + lane.stride * slot + offset;
    port::unreserve(page, port::page_bytes());
}

TEST(a_refused_guard_page_is_said_and_counted) {
    NEEDS_MMU;
    Fixture f(kConfig.small_fibers(1, 3));
    take_away(f.storage.bytes(), footprint(kConfig).small, 1, 0);
    EXPECT_EQ(f.pool.grow_one(StackClass::small), Status::guard_refused);
    Fiber* only = f.pool.acquire(StackClass::small);
    EXPECT(f.pool.acquire(StackClass::small) == nullptr);
    EXPECT_EQ(small(f.pool).not_made, 1u);
    EXPECT_EQ(small(f.pool).made, 1u);
    f.pool.release(only);
    EXPECT(f.pool.invariants_hold());
}

TEST(an_init_that_is_refused_half_way_takes_its_guards_back) {
    NEEDS_MMU;
    const Config config = kConfig.small_fibers(3, 3);
    MappedStorage storage;
    EXPECT_OK(storage.map(config));
    const StackLane lane = footprint(config).small;
    take_away(storage.bytes(), lane, 2, 0);
    FiberPool pool;
    EXPECT_EQ(pool.init(config, storage.bytes(), never_runs, nullptr), Status::guard_refused);
    storage.bytes().data[lane.offset] = 1;  // the first fiber's guard page
    EXPECT_OK(pool.init(config.small_fibers(2, 3), storage.bytes(), never_runs, nullptr));
    pool.shutdown();
}

TEST(a_prefault_without_memory_is_said) {
    NEEDS_MMU;
    const Config config = kConfig.small_fibers(1, 3).prefault(true);
    Fixture f(config);
    const StackLane lane = footprint(config).small;
    take_away(f.storage.bytes(), lane, 1, lane.guard_bytes + port::page_bytes());
    // An emulator may ignore the request, and say yes.
    const Status status = f.pool.grow_one(StackClass::small);
    EXPECT(status == Status::out_of_memory || status == Status::ok);
#if defined(__x86_64__)
    EXPECT_EQ(status, Status::out_of_memory);
    f.storage.bytes().data[lane.offset + lane.stride] = 1;  // the guard was taken back
#endif
    EXPECT(f.pool.invariants_hold());
}

TEST(storage_is_free_of_guards_after_shutdown) {
    MappedStorage storage;
    EXPECT_OK(storage.map(kConfig));
    FiberPool pool;
    EXPECT_OK(pool.init(kConfig, storage.bytes(), never_runs, nullptr));
    pool.shutdown();
    for (size_t i = 0; i < storage.bytes().size; i += 512)
        storage.bytes().data[i] = 1;
    EXPECT_OK(pool.init(kConfig, storage.bytes(), never_runs, nullptr));
    EXPECT_PANIC((void)pool.init(kConfig, storage.bytes(), never_runs, nullptr));
    pool.shutdown();
}

TEST(random_use_keeps_the_invariants) {
    NEEDS_RAM(64 * 1024);
    Fixture f(kConfig.small_fibers(1, 8));
    Fiber* taken[8];
    uint32_t count = 0;
    unit::Random random(11);
    for (int step = 0; step < 3000; step++) {
        const uint32_t dice = random.below(8);
        if (dice < 4) {
            Fiber* fiber = f.pool.acquire(StackClass::small);
            EXPECT_EQ(fiber == nullptr, count == 8);
            if (fiber != nullptr) taken[count++] = fiber;
        } else if (dice < 7 && count > 0) {
            const uint32_t which = random.below(count);
            f.pool.release(taken[which]);
            taken[which] = taken[--count];
        } else {
            f.pool.trim(StackClass::small, random.below(3));
        }
        EXPECT_EQ(small(f.pool).in_use, count);
        EXPECT(f.pool.invariants_hold());
    }
    while (count > 0)
        f.pool.release(taken[--count]);
}
