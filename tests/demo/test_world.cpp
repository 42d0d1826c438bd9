// test_world.cpp - the demo's world hangs on its seed, and on nothing else
// SPDX-License-Identifier: MIT
#include "../../tools/demo/mobile.hpp"
#include "../../tools/demo/scene.hpp"

#include "../core/system/system_fixture.hpp"

using namespace weft;
using demo::Mobile;
using demo::Sand;

namespace {

constexpr uint32_t kPasses = 96;

Sand world(1);

// The pegs are the same for all: what differs is chance.
void set_up(uint32_t seed) {
    demo::build(world, seed);
    for (uint32_t i = 0; i < demo::kTiles; i++)
        demo::place(world, demo::make_tile(1, i));
    for (uint32_t hopper = 0; hopper < demo::kHoppers; hopper++)
        demo::open_gate(world, hopper);
}

void settle_one_pass() {
    const uint32_t pass = world.passes() + 1;
    world.settle_rows(pass, 0, Sand::block_rows(pass));
    world.count_passes(1);
}

// In one piece.
uint32_t alone(uint32_t seed) {
    set_up(seed);
    for (uint32_t i = 0; i < kPasses; i++) {
        settle_one_pass();
    }
    return world.checksum();
}

uint32_t with_workers(uint32_t workers, uint32_t seed) {
    set_up(seed);
    RunningSystem system(small_system(workers));
    run_in(system, [] {
        for (uint32_t i = 0; i < kPasses; i++) {
            const uint32_t pass = world.passes() + 1;
            parallel_for(0, Sand::block_rows(pass), [pass](size_t begin, size_t end) {
                world.settle_rows(pass, uint32_t(begin), uint32_t(end));
            });
            world.count_passes(1);
        }
    });
    return world.checksum();
}

TEST(a_world_of_sand_is_the_same_at_any_number_of_workers) {
    const uint32_t wanted = alone(7);
    for (uint32_t workers = 1; workers <= 3; workers++)
        EXPECT_EQ(with_workers(workers, 7), wanted);
    EXPECT(alone(8) != wanted);
}

TEST(block_rows_of_sand_may_be_settled_in_any_order) {
    const uint32_t wanted = alone(3);
    set_up(3);
    for (uint32_t i = 0; i < kPasses; i++) {
        const uint32_t pass = world.passes() + 1;
        for (uint32_t row = Sand::block_rows(pass); row-- > 0;)
            world.settle_rows(pass, row, row + 1);
        world.count_passes(1);
    }
    EXPECT_EQ(world.checksum(), wanted);
}

TEST(grains_move_and_none_is_made_or_lost) {
    set_up(5);
    EXPECT_EQ(world.grains(), demo::kGrains);
    const uint32_t before = world.checksum();
    EXPECT(alone(5) != before);
    EXPECT_EQ(world.grains(), demo::kGrains);
}

TEST(a_free_grain_falls_a_cell_a_pass_until_it_lies) {
    constexpr uint32_t kFrom = 100, kFall = 50;
    world.clear(1);
    world.put(300, kFrom, 1);
    for (uint32_t i = 0; i < kFall; i++) {
        settle_one_pass();
    }
    uint32_t found = 0;
    for (uint32_t x = 0; x < Sand::kWidth; x++)
        found += world.at(x, kFrom + kFall) == 1 || world.at(x, kFrom + kFall - 1) == 1;
    EXPECT_EQ(found, 1u);
}

TEST(a_mobile_is_placed_from_the_frame_alone_level_by_level) {
    static const Mobile mobile(4);
    static demo::Place whole[Mobile::kNodes], parts[Mobile::kNodes];
    mobile.place(9, whole, 0, Mobile::kNodes);
    mobile.place(8, parts, 0, Mobile::kNodes);
    for (uint32_t level = 0; level < Mobile::kLevels; level++)
        for (uint32_t node = Mobile::first_of(level + 1); node-- > Mobile::first_of(level);)
            mobile.place(9, parts, node, node + 1);
    uint32_t differ = 0;
    for (uint32_t node = 0; node < Mobile::kNodes; node++)
        differ += whole[node].x != parts[node].x || whole[node].y != parts[node].y;
    EXPECT_EQ(differ, 0u);
}

}  // namespace
