// test_config.cpp - the builder, every rule at run time, and the footprint's sums
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/config/rules.hpp>

using namespace weft;

namespace {

constexpr Config kGood = Config();
static_assert(first_broken_rule(kGood) == ConfigRule::none, "the default keeps every rule");

// One configuration for each rule, which breaks that rule first.
struct Broken {
    ConfigRule rule;
    Config config;
};

constexpr size_t kPage =
    port::kPageBytes > port::kStackAlign ? port::kPageBytes : port::kStackAlign;
constexpr uint32_t kTwoCpus[] = {0, 1};

const Broken kBroken[] = {
    {ConfigRule::workers_at_least_one, kGood.workers(0)},
    {ConfigRule::workers_at_most, kGood.workers(kMaxWorkers + 1)},
    {ConfigRule::fibers_at_least_one, kGood.small_fibers(0, 0).large_fibers(0, 0)},
    {ConfigRule::fibers_at_most, kGood.small_fibers(1, kMaxFibers + 1)},
    {ConfigRule::fibers_at_most, kGood.large_fibers(1, ~0u)},
    {ConfigRule::small_initial_within_limit, kGood.small_fibers(9, 8)},
    {ConfigRule::large_initial_within_limit, kGood.large_fibers(1, 0)},
    {ConfigRule::small_stack_not_too_short, kGood.small_stack_bytes(0)},
    {ConfigRule::small_stack_not_too_short, kGood.small_stack_bytes(port::kMinStackBytes - kPage)},
    {ConfigRule::large_stack_not_below_small, kGood.large_stack_bytes(32 * 1024)},
    {ConfigRule::small_stack_whole_units, kGood.small_stack_bytes(64 * 1024 + 4)},
    {ConfigRule::large_stack_whole_units, kGood.large_stack_bytes(512 * 1024 + 4)},
    {ConfigRule::frame_whole_lines, kGood.frame_bytes(100)},
    {ConfigRule::frames_in_range, kGood.frames_in_flight(1)},
    {ConfigRule::frames_in_range, kGood.frames_in_flight(17)},
    {ConfigRule::frame_has_room, kGood.frame_bytes(port::kCacheLine)},
    {ConfigRule::job_slots_in_range, kGood.job_slots(8)},
    {ConfigRule::job_slots_in_range, kGood.job_slots(100)},
    {ConfigRule::job_slots_in_range, kGood.job_slots(65536)},
    {ConfigRule::injector_slots_in_range, kGood.injector_slots(0)},
    {ConfigRule::injector_slots_in_range, kGood.injector_slots(3)},
    {ConfigRule::job_memory_in_range, kGood.job_memory_bytes(1024)},
    {ConfigRule::job_memory_in_range, kGood.job_memory_bytes(4096 + 64)},
    {ConfigRule::trace_events_in_range, kGood.trace_events(8)},
    {ConfigRule::trace_events_in_range, kGood.trace_events(100)},
    {ConfigRule::trace_events_in_range, kGood.trace_events(1u << 25)},
    {ConfigRule::pinning_is_a_strategy, kGood.pinning(Pinning(9))},
    {ConfigRule::list_is_long_enough, kGood.workers(3).pin_to(kTwoCpus)},
    {ConfigRule::list_is_long_enough, kGood.pinning(Pinning::list)},
    {ConfigRule::cpus_in_range, kGood.cpus(0)},
    {ConfigRule::cpus_in_range, kGood.cpus(kMaxCpus + 1)},
    {ConfigRule::nodes_in_range, kGood.nodes(0)},
    {ConfigRule::nodes_in_range, kGood.nodes(kMaxNodes + 1)},
    {ConfigRule::guard_is_a_guard, kGood.guard(StackGuard(7))},
    {ConfigRule::total_fits_an_address, kGood.large_stack_bytes(kHuge & ~(kPage - 1))},
    {ConfigRule::total_fits_an_address, kGood.frame_bytes(kHuge / 4 + 1)},
};

}  // namespace

TEST(each_rule_is_broken_by_its_own_configuration) {
    for (const Broken& broken : kBroken)
        EXPECT_EQ(first_broken_rule(broken.config), broken.rule);
}

TEST(every_rule_but_those_of_other_targets_was_broken) {
    for (uint8_t i = 0; i < uint8_t(ConfigRule::none); i++) {
        bool covered = ConfigRule(i) == ConfigRule::guard_page_needs_pages;  // has pages here
        for (const Broken& broken : kBroken)
            covered = covered || broken.rule == ConfigRule(i);
        EXPECT(covered);
    }
}

TEST(every_rule_has_a_text_of_its_own) {
    for (uint8_t i = 0; i <= uint8_t(ConfigRule::none); i++)
        for (uint8_t k = 0; k < i; k++)
            EXPECT(!same_text(rule_text(ConfigRule(i)), rule_text(ConfigRule(k))));
}

TEST(setters_change_what_they_name_and_nothing_else) {
    constexpr Config changed = Config().workers(3).small_fibers(1, 2).large_fibers(3, 4);
    static_assert(changed.workers() == 3 && changed.small_initial() == 1, "constexpr");
    EXPECT_EQ(changed.small_limit(), 2u);
    EXPECT_EQ(changed.large_initial(), 3u);
    EXPECT_EQ(changed.large_limit(), 4u);
    EXPECT_EQ(changed.small_stack_bytes(), kGood.small_stack_bytes());
    EXPECT_EQ(changed.frames_in_flight(5).frames_in_flight(), 5u);
    EXPECT_EQ(changed.frame_bytes(640).frame_bytes(), 640u);
    EXPECT(changed.paint(true).paint() && changed.prefault(true).prefault());
    EXPECT(!changed.colour(false).colour());
}

TEST(the_parts_of_a_footprint_follow_each_other) {
    const Footprint at = footprint(kGood);
    EXPECT_EQ(at.fibers_offset, 0u);
    EXPECT(at.infos_offset >= kFiberBytes * (kGood.small_limit() + kGood.large_limit()));
    EXPECT(at.small.offset >= at.infos_offset);
    EXPECT_EQ(at.small.offset % kPage, 0u);
    EXPECT_EQ(at.large.offset, at.small.offset + at.small.stride * at.small.count);
    EXPECT(at.small.stride >= at.small.guard_bytes + at.small.stack_bytes + at.small.colour_bytes);
    EXPECT(at.frames_offset >= at.large.offset + at.large.stride * at.large.count);
    EXPECT_EQ(at.frames_bytes, kGood.frame_bytes() * kGood.frames_in_flight());
    EXPECT_EQ(at.bytes % at.alignment, 0u);
    EXPECT(at.slots_offset >= at.frames_offset + at.frames_bytes);
    EXPECT(at.inbox_offset >= at.slots_offset + deque_slots(kGood) * kSlotBytes);
    EXPECT(at.pool_offset >= at.worker_offset + kWorkerBytes);
    EXPECT(at.seat_offset >= at.pool_offset + kPoolBytes && at.seat_offset <= at.bytes);
    EXPECT(footprint(kGood.pinned(true)).bytes >= at.seat_offset + seat_bytes(kGood.pinned(true)));
    const Footprint three = footprint(kGood.workers(3));
    EXPECT_EQ(three.shared_offset, 3 * at.bytes);
    EXPECT_EQ(three.nodes_offset, 3 * at.bytes + three.shared_bytes);
    EXPECT_EQ(required_bytes(kGood.workers(3)), three.nodes_offset + three.node_bytes);
    const Config four = kGood.workers(6).nodes(4);
    EXPECT_EQ(workers_of_node(four), 2u);
    EXPECT_EQ(required_bytes(four), footprint(four).nodes_offset + 4 * footprint(four).node_bytes);
}

TEST(without_guard_and_colour_a_stack_takes_what_it_says) {
    const Config plain = kGood.guard(StackGuard::none).colour(false);
    EXPECT_EQ(footprint(plain).small.stride, kGood.small_stack_bytes());
}
