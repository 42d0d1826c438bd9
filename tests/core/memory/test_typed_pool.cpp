// test_typed_pool.cpp - objects from a pool: constructed, aligned, destroyed
// SPDX-License-Identifier: MIT
#include <core/memory/pool_world.hpp>
#include <weft/memory/typed_pool.hpp>

using namespace pool_world;

namespace {

int alive;

struct alignas(128) Thing {
    Thing(int& first, int second) : sum(first + second) {
        first++;
        alive++;
    }
    ~Thing() { alive--; }
    int sum;
};

}  // namespace

TEST(a_typed_pool_constructs_aligns_and_destroys) {
    Fixture f;
    TypedPool<Thing> things(f.pool);
    alive = 0;
    int first = 40;
    Thing* thing = things.create(first, 2);
    EXPECT(thing != nullptr && thing->sum == 42);
    EXPECT_EQ(first, 41);  // references arrive as references
    EXPECT(is_aligned(address(thing), 128));
    EXPECT_EQ(alive, 1);
    things.destroy(thing);
    things.destroy(nullptr);
    EXPECT_EQ(alive, 0);
    EXPECT_EQ(f.pool.figures().in_use, 0u);
}

TEST(a_typed_pool_that_is_refused_memory_constructs_nothing) {
    Fixture f(2 * kSlabBytes);
    TypedPool<Thing> things(f.pool);
    alive = 0;
    int first = 0;
    while (things.create(first, 0) != nullptr) {
    }
    EXPECT_EQ(alive, first);
    EXPECT(uintptr_t(first) == f.pool.figures().allocations);
}
