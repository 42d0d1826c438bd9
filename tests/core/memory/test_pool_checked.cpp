// test_pool_checked.cpp - what checked builds catch: each of the caller's bugs, and who leaked
// SPDX-License-Identifier: MIT
#include <core/memory/pool_world.hpp>
#include <weft/memory/typed_pool.hpp>

#if WEFT_CHECKED

using namespace pool_world;

namespace {

unsigned char* allocate(Pool& pool, size_t bytes, Site site = Site::here()) {
    return static_cast<unsigned char*>(pool.allocate(bytes, 1, site));
}

bool all_are(const unsigned char* from, size_t bytes, unsigned char value) {
    for (size_t i = 0; i < bytes; i++)
        if (from[i] != value) return false;
    return true;
}

struct Leaks {
    uint32_t count = 0;
    Leak last = {};

    explicit Leaks(const Pool& pool) {
        pool.for_each_leak(
            [](void* self, const Leak& leak) {
                static_cast<Leaks*>(self)->count++;
                static_cast<Leaks*>(self)->last = leak;
            },
            this);
    }
};

struct Trace {
    uint32_t count = 0;
    AllocationEvent events[kTraceEvents];

    explicit Trace(const Pool& pool) {
        pool.for_each_event(
            [](void* self, const AllocationEvent& event) {
                Trace& trace = *static_cast<Trace*>(self);
                trace.events[trace.count++ % kTraceEvents] = event;
            },
            this);
    }
};

}  // namespace

TEST(a_double_free_is_caught) {
    Fixture f;
    void* block = f.pool.allocate(40);
    f.pool.free(block);
    EXPECT_PANIC(f.pool.free(block));
}

TEST(a_double_free_by_two_workers_is_caught) {
    Fixture f;
    Pool other;
    EXPECT_OK(other.init(f.provider, 0, kSlabBytes));
    void* block = f.pool.allocate(40);
    other.free(block);
    EXPECT_PANIC(f.pool.free(block));
    other.shutdown();
}

TEST(a_free_of_no_blocks_start_is_caught) {
    Fixture f;
    unsigned char* block = allocate(f.pool, 300);
    EXPECT_PANIC(f.pool.free(block + 16));
    EXPECT_PANIC(f.pool.free(block - address(block) % kSlabBytes + 8));  // the slab's header
    f.pool.free(block);
}

TEST(a_free_with_another_size_is_caught) {
    Fixture f;
    void* block = f.pool.allocate(40);
    EXPECT_PANIC(f.pool.free(block, 41));
    f.pool.free(block, 40);
}

TEST(a_write_past_the_end_is_caught_at_the_free) {
    constexpr size_t kSizes[] = {0, 1, 40, 64, 4096};
    for (const size_t bytes : kSizes) {
        Fixture f;
        unsigned char* block = allocate(f.pool, bytes);
        block[bytes] = 0;
        EXPECT_PANIC(f.pool.free(block));
    }
}

TEST(a_write_before_the_start_is_caught_at_the_free) {
    Fixture f;
    unsigned char* first = allocate(f.pool, 40);  // behind it lies the slab's header
    unsigned char* second = allocate(f.pool, 40);
    first[-1] = 0;
    EXPECT_PANIC(f.pool.free(first));
    second[-1] = 0;
    EXPECT_PANIC(f.pool.free(second));
}

TEST(a_write_after_the_free_is_caught_when_the_block_is_taken_again) {
    constexpr size_t kPlaces[] = {0, 7, 39};
    for (const size_t at : kPlaces) {
        Fixture f;
        unsigned char* block = allocate(f.pool, 40);
        f.pool.free(block);
        EXPECT(f.pool.invariants_hold());
        block[at] = 1;
        EXPECT(!f.pool.invariants_hold());
        EXPECT_PANIC(f.pool.allocate(40));
    }
}

TEST(fresh_and_freed_bytes_look_like_nothing_else) {
    Fixture f;
    unsigned char* block = allocate(f.pool, 100);
    EXPECT(all_are(block, 100, kFreshByte));
    EXPECT(all_are(block + 100, kGuardBytes, kGuardByte));
    EXPECT(all_are(block - kGuardBytes, kGuardBytes, kGuardByte));
    f.pool.free(block);
    EXPECT(all_are(block, 100, kFreedByte));
}

TEST(leaks_are_listed_with_place_and_age) {
    Fixture f;
    f.pool.free(f.pool.allocate(10));
    const uint32_t line = __LINE__ + 1;
    void* leaked = f.pool.allocate(77);
    void* other = f.pool.allocate(3000);
    f.pool.free(other);
    const Leaks leaks(f.pool);
    EXPECT_EQ(leaks.count, 1u);
    EXPECT(leaks.last.block == leaked);
    EXPECT_EQ(leaks.last.bytes, 77u);
    EXPECT_EQ(leaks.last.site.line, line);
    EXPECT_EQ(leaks.last.site.tag(), file_tag(__FILE__));
    EXPECT_EQ(leaks.last.age, 2u);
    EXPECT_EQ(f.pool.shutdown(), 1u);
}

TEST(a_typed_pools_leaks_name_the_typed_pool) {
    Fixture f;
    TypedPool<int> numbers(f.pool);
    const uint32_t line = __LINE__ - 1;
    EXPECT(numbers.create(5) != nullptr);
    EXPECT_EQ(Leaks(f.pool).last.site.line, line);
}

TEST(an_object_created_at_a_place_names_it_when_it_leaks) {
    Fixture f;
    TypedPool<int> numbers(f.pool);
    const uint32_t line = __LINE__ + 1;
    EXPECT(numbers.create_at(Site::here(), 5) != nullptr);
    EXPECT_EQ(Leaks(f.pool).last.site.line, line);
}

TEST(a_free_of_memory_that_is_not_the_providers_is_caught_before_it_is_read) {
    Fixture f;
    void* nowhere = port::reserve(4 * kSlabBytes);
    EXPECT(nowhere != nullptr);
    EXPECT(port::guard(nowhere, 4 * kSlabBytes));
    unsigned char* inside = static_cast<unsigned char*>(nowhere) + 2 * kSlabBytes;
    EXPECT_PANIC(f.pool.free(inside));
    EXPECT_PANIC(f.pool.free(inside, 64));
    port::unreserve(nowhere, 4 * kSlabBytes);
    int local = 0;
    EXPECT_PANIC(f.pool.free(&local));
}

TEST(the_trace_keeps_the_last_calls_in_order) {
    Fixture f;
    for (uint32_t i = 0; i < kTraceEvents; i++)
        f.pool.free(f.pool.allocate(8));
    const uint32_t line = __LINE__ + 1;
    void* block = f.pool.allocate(123);
    f.pool.free(block);
    const Trace trace(f.pool);
    EXPECT_EQ(trace.count, kTraceEvents);
    for (uint32_t i = 1; i < kTraceEvents; i++)
        EXPECT_EQ(trace.events[i].number, trace.events[i - 1].number + 1);
    const AllocationEvent& taken = trace.events[kTraceEvents - 2];
    const AllocationEvent& freed = trace.events[kTraceEvents - 1];
    EXPECT(taken.kind == AllocationKind::allocated && freed.kind == AllocationKind::freed);
    EXPECT(taken.block == block && taken.bytes == 123 && taken.site.line == line);
    EXPECT(freed.block == block && freed.bytes == 123 && freed.site.line == line + 1);
}

#endif
