// test_steal_order.cpp - exact orders of workers on described machines
// SPDX-License-Identifier: MIT
#include "machines.hpp"

#include <weft/topology/steal_order.hpp>

using namespace weft;
using namespace machines;

namespace {

// Workers on all CPUs, or on those that are listed.
struct Orders {
    explicit Orders(const Topology& t) : topology(t), count(t.cpus.size()) {
        for (size_t i = 0; i < count; i++)
            rows[i] = uint16_t(i);
    }
    StealOrder of(uint32_t worker) {
        return steal_order(topology, {rows, count}, worker, {{victims, 255}, {ends, 16}});
    }

    const Topology& topology;
    size_t count;
    uint16_t rows[256], victims[256], ends[16];
};

template <size_t kVictims, size_t kGroups>
void expect_order(Orders& orders, uint32_t worker, const uint16_t (&victims)[kVictims],
                  const uint16_t (&ends)[kGroups]) {
    const StealOrder order = orders.of(worker);
    EXPECT_EQ(order.victims.size(), kVictims);
    EXPECT_EQ(order.ends.size(), kGroups);
    for (size_t i = 0; i < kVictims && i < order.victims.size(); i++)
        EXPECT_EQ(order.victims[i], victims[i]);
    for (size_t i = 0; i < kGroups && i < order.ends.size(); i++)
        EXPECT_EQ(order.ends[i], ends[i]);
}

}  // namespace

TEST(a_worker_alone_steals_from_nobody) {
    NEEDS_RAM(1024 * 1024);
    const Machine one(kOneCpu);
    Orders orders(one.topology());
    EXPECT(orders.of(0).victims.empty());
    EXPECT(orders.of(0).ends.empty());
}

TEST(workers_of_the_own_node_come_before_those_of_the_other) {
    NEEDS_RAM(1024 * 1024);
    const Machine two(kTwoNodes);
    Orders orders(two.topology());
    expect_order(orders, 0, {1, 2, 3}, {1, 3});
    expect_order(orders, 1, {0, 2, 3}, {1, 3});
    expect_order(orders, 2, {3, 0, 1}, {1, 3});
    expect_order(orders, 3, {2, 0, 1}, {1, 3});
}

TEST(an_smt_sibling_comes_first_then_the_cluster_then_the_other_one) {
    NEEDS_RAM(1024 * 1024);
    const Machine ryzen(kRyzen);
    Orders orders(ryzen.topology());  // rows 2c and 2c + 1 are core c
    expect_order(orders, 0, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {1, 7, 15});
    expect_order(orders, 5, {4, 6, 7, 0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15}, {1, 7, 15});
    expect_order(orders, 12, {13, 14, 15, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5, 6, 7}, {1, 7, 15});
}

TEST(nodes_come_by_their_distance_equal_ones_together) {
    NEEDS_RAM(1024 * 1024);
    const Machine ring(kRing);  // one CPU a node, 0 - 1 - 2 - 3 - 0
    Orders orders(ring.topology());
    expect_order(orders, 0, {1, 3, 2}, {2, 3});
    expect_order(orders, 1, {2, 0, 3}, {2, 3});
    expect_order(orders, 3, {0, 2, 1}, {2, 3});
}

TEST(a_worker_of_four_nodes_has_three_groups_around_it) {
    NEEDS_RAM(1024 * 1024);
    const Machine grid(kFourByEightByTwo);
    Orders orders(grid.topology());
    const StealOrder order = orders.of(20);  // first thread of core 10, on node 1
    EXPECT_EQ(order.victims.size(), 63u);
    EXPECT_EQ(order.ends.size(), 3u);
    EXPECT_EQ(order.ends[0], 1u);
    EXPECT_EQ(order.ends[1], 15u);
    EXPECT_EQ(order.ends[2], 63u);
    EXPECT_EQ(order.victims[0], 21u);
    EXPECT_EQ(order.victims[1], 22u);
    EXPECT_EQ(order.victims[11], 16u);  // round the node's end
    EXPECT_EQ(order.victims[15], 32u);
    EXPECT_EQ(order.victims[62], 15u);
}

TEST(every_worker_of_192_meets_each_other_once_and_never_a_nearer_one_later) {
    NEEDS_RAM(1024 * 1024);
    const Machine large(kLarge);
    Orders orders(large.topology());
    for (uint32_t worker = 0; worker < 192; worker++) {
        const StealOrder order = orders.of(worker);
        bool met[192] = {};
        EXPECT_EQ(order.victims.size(), 191u);
        EXPECT_EQ(order.ends.size(), 4u);
        EXPECT_EQ(order.ends[0], 1u);
        EXPECT_EQ(order.ends[1], 15u);
        EXPECT_EQ(order.ends[2], 95u);
        for (size_t i = 0; i < 191; i++) {
            const uint16_t victim = order.victims[i];
            EXPECT(victim != worker && !met[victim]);
            met[victim] = true;
            const CpuPlace& a = large.topology().cpu(worker);
            const CpuPlace& b = large.topology().cpu(victim);
            EXPECT_EQ(a.core == b.core, i < 1);
            EXPECT_EQ(a.cluster == b.cluster, i < 15);
            EXPECT_EQ(a.node == b.node, i < 95);
        }
    }
}

TEST(neighbours_begin_at_different_victims) {
    NEEDS_RAM(1024 * 1024);
    const Machine grid("grid cores 6");
    Orders orders(grid.topology());
    for (uint32_t worker = 0; worker < 6; worker++)
        EXPECT_EQ(orders.of(worker).victims[0], (worker + 1) % 6);
}

TEST(workers_are_ordered_by_where_they_run_not_by_their_number) {
    NEEDS_RAM(1024 * 1024);
    const Machine two(kTwoNodes);
    Orders orders(two.topology());
    const uint16_t crossed[] = {0, 2, 1, 3};  // workers 0 and 2 on node 0, 1 and 3 on node 1
    for (size_t i = 0; i < 4; i++)
        orders.rows[i] = crossed[i];
    expect_order(orders, 0, {2, 1, 3}, {1, 3});
    expect_order(orders, 3, {1, 0, 2}, {1, 3});
}

TEST(an_order_without_room_panics) {
    NEEDS_RAM(1024 * 1024);
    const Machine two(kTwoNodes);
    Orders orders(two.topology());
    EXPECT_PANIC((void)steal_order(orders.topology, {orders.rows, 4}, 0,
                                   {{orders.victims, 2}, {orders.ends, 16}}));
    EXPECT_PANIC((void)steal_order(orders.topology, {orders.rows, 4}, 0,
                                   {{orders.victims, 3}, {orders.ends, 1}}));
}
