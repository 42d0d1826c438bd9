// test_rules.cpp - a table for each rule of topologies that breaks it, and boards' tables
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/topology/rules.hpp>

using namespace weft;

namespace {

using Rule = TopologyRule;

// As a board writes it.
constexpr CpuPlace kCpus[] = {
    // cpu smt core cluster node efficiency
    {0, 0, 0, 0, 0, 0},
    {4, 1, 0, 0, 0, 0},
    {1, 0, 1, 1, 1, 1},
};
constexpr MemoryNode kNodes[] = {
    {64 * 1024, 0, 0, 0},
    {32 * 1024, 0, 0, 1},
};
constexpr uint16_t kDistances[] = {10, 15, 15, 10};
constexpr Topology kBoard = {kCpus, kNodes, kDistances, false};
static_assert(first_broken_rule(kBoard) == Rule::none, "a good table");
static_assert(kBoard.cores() == 2 && kBoard.clusters() == 2, "counted");
static_assert(kBoard.distance(1, 0) == 15, "read");

struct Changed {
    CpuPlace cpus[3];
    MemoryNode nodes[2];
    uint16_t distances[4];

    Changed() {
        for (int i = 0; i < 3; i++)
            cpus[i] = kCpus[i];
        for (int i = 0; i < 2; i++)
            nodes[i] = kNodes[i];
        for (int i = 0; i < 4; i++)
            distances[i] = kDistances[i];
    }
    Topology topology() const {
        return {Span<const CpuPlace>(cpus), Span<const MemoryNode>(nodes),
                Span<const uint16_t>(distances), false};
    }
};

template <class Change>
void expect_broken(Rule rule, const Change& change) {
    Changed table;
    change(table);
    EXPECT_EQ(first_broken_rule(table.topology()), rule);
}

}  // namespace

TEST(each_rule_of_topologies_is_broken_by_its_own_table) {
    Changed good;
    EXPECT_EQ(first_broken_rule(good.topology()), Rule::none);
    Topology empty = good.topology();
    empty.cpus = {};
    EXPECT_EQ(first_broken_rule(empty), Rule::cpus_at_least_one);
    Topology endless = good.topology();
    endless.cpus = {kCpus, kMostCpus + 1};  // refused before anything there is read
    EXPECT_EQ(first_broken_rule(endless), Rule::cpus_at_most);
    Topology bare = good.topology();
    bare.nodes = {};
    EXPECT_EQ(first_broken_rule(bare), Rule::nodes_at_least_one);
    Topology many = good.topology();
    many.nodes = {kNodes, kMostNodes + 1};
    EXPECT_EQ(first_broken_rule(many), Rule::nodes_at_most);
    Topology partial = good.topology();
    partial.distances = {kDistances, 3};
    EXPECT_EQ(first_broken_rule(partial), Rule::distances_complete);

    expect_broken(Rule::node_exists, [](Changed& t) { t.cpus[2].node = 2; });
    expect_broken(Rule::cpus_differ, [](Changed& t) { t.cpus[2].cpu = 0; });
    expect_broken(Rule::nodes_differ, [](Changed& t) { t.nodes[1].number = 0; });
    expect_broken(Rule::rows_by_node, [](Changed& t) {
        t.cpus[0].node = t.cpus[1].node = 1;
        t.cpus[2].node = 0;
    });
    expect_broken(Rule::clusters_in_order, [](Changed& t) { t.cpus[2].cluster = 2; });
    expect_broken(Rule::clusters_in_order, [](Changed& t) { t.cpus[2].cluster = 0; });
    expect_broken(Rule::cores_in_order, [](Changed& t) { t.cpus[2].core = 0; });
    expect_broken(Rule::cores_in_order, [](Changed& t) { t.cpus[0].core = t.cpus[1].core = 1; });
    expect_broken(Rule::threads_in_order, [](Changed& t) { t.cpus[1].smt = 0; });
    expect_broken(Rule::threads_in_order, [](Changed& t) { t.cpus[2].smt = 1; });
    expect_broken(Rule::cores_of_one_class, [](Changed& t) { t.cpus[1].efficiency = 1; });
    expect_broken(Rule::own_is_nearest, [](Changed& t) { t.distances[3] = 11; });
    expect_broken(Rule::own_is_nearest, [](Changed& t) { t.distances[1] = 9; });
    expect_broken(Rule::whole_pages, [](Changed& t) { t.nodes[0].page_bytes = 3000; });
    expect_broken(Rule::whole_pages, [](Changed& t) {
        t.nodes[0].page_bytes = 4096;
        t.nodes[0].large_page_bytes = 2048;
    });
}

TEST(every_rule_of_topologies_has_a_text_of_its_own) {
    for (uint8_t i = 0; i <= uint8_t(Rule::none); i++)
        for (uint8_t k = 0; k < i; k++)
            EXPECT(!same_text(rule_text(Rule(i)), rule_text(Rule(k))));
    EXPECT(same_text(rule_text(Rule(99)), "not a rule"));
}
