// test_pinning.cpp - exact maps from workers to CPUs, for each strategy on described machines
// SPDX-License-Identifier: MIT
#include "machines.hpp"

#include <weft/topology/pinning.hpp>

using namespace weft;
using namespace machines;

namespace {

struct Plan {
    Plan(const char* text, const Config& config) : machine(text) {
        status = plan_pinning(machine.topology(), config, {rows, 256}, &plan);
    }
    uint32_t cpu(uint32_t worker) const { return machine.topology().cpu(plan.rows[worker]).cpu; }

    Machine machine;
    uint16_t rows[256];
    PinningPlan plan = {};
    Status status;
};

Config asked(Pinning how, size_t workers) {
    return Config().workers(uint32_t(workers)).pinning(how);
}

template <size_t kLength>
void expect_map(const char* text, Pinning how, const uint32_t (&cpus)[kLength]) {
    const Plan plan(text, asked(how, kLength));
    EXPECT_OK(plan.status);
    EXPECT_EQ(plan.plan.rows.size(), kLength);
    for (uint32_t i = 0; i < kLength && i < plan.plan.rows.size(); i++)
        EXPECT_EQ(plan.cpu(i), cpus[i]);
    const Plan more(text, asked(how, kLength + 1));
    EXPECT_EQ(more.status, Status::too_few_cpus);  // these were all
}

void expect_tiers(const Plan& plan, uint32_t first, uint32_t second, uint32_t third) {
    EXPECT_EQ(plan.plan.tiers.ends[0], first);
    EXPECT_EQ(plan.plan.tiers.ends[1], second);
    EXPECT_EQ(plan.plan.tiers.ends[2], third);
}

}  // namespace

TEST(linear_takes_cpus_as_the_topology_lists_them) {
    NEEDS_RAM(1024 * 1024);
    expect_map(kOneCpu, Pinning::linear, {0});
    expect_map(kTwoNodes, Pinning::linear, {0, 1, 2, 3});
    expect_map(kRyzen, Pinning::linear, {0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15});
    expect_map(kSparse, Pinning::linear, {2, 5, 11, 64});
    expect_map(kLimited, Pinning::linear, {2, 3, 4, 5, 9});
}

TEST(avoid_smt_takes_one_cpu_of_each_core) {
    NEEDS_RAM(1024 * 1024);
    expect_map(kOneCpu, Pinning::avoid_smt, {0});
    expect_map(kRyzen, Pinning::avoid_smt, {0, 1, 2, 3, 4, 5, 6, 7});
    expect_map(kLimited, Pinning::avoid_smt, {2, 4, 9});
    expect_map(kSparse, Pinning::avoid_smt, {2, 5, 11, 64});
    const Plan grid(kFourByEightByTwo, asked(Pinning::avoid_smt, 32));
    EXPECT_OK(grid.status);
    for (uint32_t i = 0; i < 32; i++)
        EXPECT_EQ(grid.cpu(i), 2 * i);
}

TEST(fast_cores_come_first) {
    NEEDS_RAM(1024 * 1024);
    expect_map(kHybrid, Pinning::avoid_smt, {0,  2,  4,  6,  8,  10, 12, 14, 16, 17, 18, 19,
                                             20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31});
    expect_map(kBigLittle, Pinning::avoid_smt, {4, 5, 0, 1, 2, 3});
    expect_map(kBigLittle, Pinning::linear, {0, 1, 2, 3, 4, 5});
}

TEST(cluster_isolation_stays_in_the_first_cluster_that_has_a_fast_core) {
    NEEDS_RAM(1024 * 1024);
    expect_map(kRyzen, Pinning::cluster_isolation, {0, 1, 2, 3});
    expect_map(kBigLittle, Pinning::cluster_isolation, {4, 5});
    expect_map(kOneCpu, Pinning::cluster_isolation, {0});
    expect_map(kLarge, Pinning::cluster_isolation, {0, 2, 4, 6, 8, 10, 12, 14});
    expect_map(kTwoNodes, Pinning::cluster_isolation, {0, 1});
    expect_map(kLimited, Pinning::cluster_isolation, {2});
}

TEST(tiered_spillover_goes_from_the_first_cluster_to_the_others_to_second_threads) {
    NEEDS_RAM(1024 * 1024);
    expect_map(kRyzen, Pinning::tiered_spillover,
               {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
    const Plan all(kRyzen, asked(Pinning::tiered_spillover, 16));
    expect_tiers(all, 4, 8, 16);
    const Plan some(kRyzen, asked(Pinning::tiered_spillover, 6));
    expect_tiers(some, 4, 6, 6);
    const Plan few(kRyzen, asked(Pinning::tiered_spillover, 3));
    expect_tiers(few, 3, 3, 3);
    const Plan hybrid(kHybrid, asked(Pinning::tiered_spillover, 32));
    expect_tiers(hybrid, 24, 24, 32);
    EXPECT_EQ(hybrid.cpu(8), 16u);
    EXPECT_EQ(hybrid.cpu(24), 1u);
    const Plan large(kLarge, asked(Pinning::tiered_spillover, 192));
    expect_tiers(large, 8, 96, 192);
    EXPECT_EQ(large.cpu(8), 16u);
    EXPECT_EQ(large.cpu(96), 1u);
}

TEST(other_strategies_have_one_tier) {
    NEEDS_RAM(1024 * 1024);
    const Plan linear(kRyzen, asked(Pinning::linear, 5));
    expect_tiers(linear, 5, 5, 5);
    const Plan isolated(kRyzen, asked(Pinning::cluster_isolation, 4));
    expect_tiers(isolated, 4, 4, 4);
}

TEST(an_explicit_list_is_taken_as_it_is) {
    NEEDS_RAM(1024 * 1024);
    static constexpr uint32_t kList[] = {64, 2, 11};
    const Plan plan(kSparse, Config().workers(3).pin_to(kList));
    EXPECT_OK(plan.status);
    for (uint32_t i = 0; i < 3; i++)
        EXPECT_EQ(plan.cpu(i), kList[i]);
    EXPECT_OK(Plan(kSparse, Config().workers(2).pin_to(kList)).status);
}

TEST(a_list_that_the_machine_cannot_give_is_refused) {
    NEEDS_RAM(1024 * 1024);
    static constexpr uint32_t kOffline[] = {2, 3};
    static constexpr uint32_t kTwice[] = {2, 2};
    static constexpr uint32_t kShort[] = {2};
    EXPECT_EQ(Plan(kSparse, Config().workers(2).pin_to(kOffline)).status, Status::unknown_cpu);
    EXPECT_EQ(Plan(kSparse, Config().workers(2).pin_to(kTwice)).status, Status::unknown_cpu);
    EXPECT_EQ(Plan(kSparse, Config().workers(2).pin_to(kShort)).status, Status::too_few_cpus);
}

TEST(a_refused_plan_is_not_handed_out) {
    NEEDS_RAM(1024 * 1024);
    const Plan refused(kOneCpu, asked(Pinning::linear, 2));
    EXPECT_EQ(refused.status, Status::too_few_cpus);
    EXPECT(refused.plan.rows.empty());
}
