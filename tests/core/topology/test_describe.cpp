// test_describe.cpp - descriptions become exact tables, and mistakes are named with their line
// SPDX-License-Identifier: MIT
#include "machines.hpp"

using namespace weft;
using namespace machines;

namespace {

using Error = DescriptionError;

Described parse(const char* text) {
    static TopologyRows<8, 3> rows;
    return describe(text, rows.room());
}

void expect_error(const char* text, Error error, uint32_t line) {
    const Described bad = parse(text);
    EXPECT_EQ(bad.error, error);
    EXPECT_EQ(bad.line, line);
    EXPECT(bad.topology.cpus.empty() || error == Error::broken_rule || line == 0);
}

// All printed lines, one behind the other.
struct Page {
    char text[16384];
    size_t length = 0;

    static void add(void* self, const char* line) {
        Page& page = *static_cast<Page*>(self);
        for (; *line != 0; line++)
            page.text[page.length++] = *line;
        page.text[page.length++] = '\n';
        page.text[page.length] = 0;
    }
};

void expect_same(const Topology& a, const Topology& b) {
    EXPECT_EQ(a.cpus.size(), b.cpus.size());
    EXPECT_EQ(a.nodes.size(), b.nodes.size());
    for (size_t i = 0; i < a.cpus.size() && i < b.cpus.size(); i++) {
        EXPECT_EQ(a.cpu(i).cpu, b.cpu(i).cpu);
        EXPECT_EQ(a.cpu(i).core, b.cpu(i).core);
        EXPECT_EQ(a.cpu(i).smt, b.cpu(i).smt);
        EXPECT_EQ(a.cpu(i).cluster, b.cpu(i).cluster);
        EXPECT_EQ(a.cpu(i).node, b.cpu(i).node);
        EXPECT_EQ(a.cpu(i).efficiency, b.cpu(i).efficiency);
    }
    for (size_t i = 0; i < a.nodes.size() && i < b.nodes.size(); i++) {
        EXPECT_EQ(a.nodes[i].bytes, b.nodes[i].bytes);
        EXPECT_EQ(a.nodes[i].number, b.nodes[i].number);
        for (size_t k = 0; k < a.nodes.size(); k++)
            EXPECT_EQ(a.distance(i, k), b.distance(i, k));
    }
}

}  // namespace

TEST(one_cpu_is_a_machine) {
    const Machine one(kOneCpu);
    expect_rows(one.topology(), {{0, 0, 0, 0, 0, 0}});
    EXPECT_EQ(one.topology().cores(), 1u);
    EXPECT_EQ(one.topology().nodes.size(), 1u);
    EXPECT(!one.topology().real);
}

TEST(a_machine_of_two_nodes_becomes_its_table) {
    const Machine two(kTwoNodes);
    expect_rows(two.topology(),
                {{0, 0, 0, 0, 0, 0}, {1, 0, 1, 0, 0, 0}, {2, 0, 2, 1, 1, 0}, {3, 0, 3, 1, 1, 0}});
    EXPECT_EQ(two.topology().distance(0, 0), 10u);
    EXPECT_EQ(two.topology().distance(0, 1), 21u);
    EXPECT_EQ(two.topology().distance(1, 0), 21u);
}

TEST(a_grid_of_four_nodes_numbers_cores_along_its_rows) {
    const Machine grid(kFourByEightByTwo);
    const Topology& t = grid.topology();
    EXPECT_EQ(t.cpus.size(), 64u);
    EXPECT_EQ(t.cores(), 32u);
    EXPECT_EQ(t.clusters(), 4u);
    for (uint32_t i = 0; i < t.cpus.size(); i++) {
        EXPECT_EQ(t.cpu(i).cpu, i);
        EXPECT_EQ(t.cpu(i).smt, i % 2);
        EXPECT_EQ(t.cpu(i).core, i / 2);
        EXPECT_EQ(t.cpu(i).cluster, i / 16);
        EXPECT_EQ(t.cpu(i).node, i / 16);
    }
    EXPECT_EQ(t.distance(0, 3), 20u);
}

TEST(threads_that_the_system_counts_apart_become_neighbours) {
    const Machine ryzen(kRyzen);
    expect_rows(ryzen.topology(), {{0, 0, 0, 0, 0, 0},
                                   {8, 1, 0, 0, 0, 0},
                                   {1, 0, 1, 0, 0, 0},
                                   {9, 1, 1, 0, 0, 0},
                                   {2, 0, 2, 0, 0, 0},
                                   {10, 1, 2, 0, 0, 0},
                                   {3, 0, 3, 0, 0, 0},
                                   {11, 1, 3, 0, 0, 0},
                                   {4, 0, 4, 1, 0, 0},
                                   {12, 1, 4, 1, 0, 0},
                                   {5, 0, 5, 1, 0, 0},
                                   {13, 1, 5, 1, 0, 0},
                                   {6, 0, 6, 1, 0, 0},
                                   {14, 1, 6, 1, 0, 0},
                                   {7, 0, 7, 1, 0, 0},
                                   {15, 1, 7, 1, 0, 0}});
}

TEST(speeds_become_classes_from_zero) {
    const Machine hybrid(kHybrid);
    const Topology& t = hybrid.topology();
    EXPECT_EQ(t.cpus.size(), 32u);
    EXPECT_EQ(t.cores(), 24u);
    for (uint32_t i = 0; i < 32; i++) {
        EXPECT_EQ(t.cpu(i).efficiency, i < 16 ? 1u : 0u);
        EXPECT_EQ(t.cpu(i).core, i < 16 ? i / 2 : i - 8);
        EXPECT_EQ(t.cpu(i).smt, i < 16 ? i % 2 : 0);
    }
}

TEST(a_machine_of_192_cpus_has_all_of_them) {
    const Machine large(kLarge);
    const Topology& t = large.topology();
    EXPECT_EQ(t.cpus.size(), 192u);
    EXPECT_EQ(t.cores(), 96u);
    EXPECT_EQ(t.clusters(), 12u);
    EXPECT_EQ(t.cpu(191).cpu, 191u);
    EXPECT_EQ(t.cpu(191).node, 1u);
    EXPECT_EQ(t.cpu(96).cluster, 6u);
}

TEST(sparse_numbers_of_cpus_and_nodes_are_kept) {
    const Machine sparse(kSparse);
    expect_rows(sparse.topology(),
                {{2, 0, 0, 0, 0, 0}, {5, 0, 1, 0, 0, 0}, {11, 0, 2, 0, 0, 0}, {64, 0, 3, 1, 1, 0}});
    EXPECT_EQ(sparse.topology().nodes[0].number, 1u);
    EXPECT_EQ(sparse.topology().nodes[1].number, 3u);
    EXPECT_EQ(sparse.topology().distance(1, 0), 31u);
}

TEST(what_affinity_leaves_is_numbered_without_gaps) {
    const Machine limited(kLimited);
    expect_rows(limited.topology(), {{2, 0, 0, 0, 0, 0},
                                     {3, 1, 0, 0, 0, 0},
                                     {4, 0, 1, 1, 0, 0},
                                     {5, 1, 1, 1, 0, 0},
                                     {9, 0, 2, 2, 1, 0}});
    EXPECT_EQ(limited.topology().nodes.size(), 2u);
}

TEST(a_cluster_over_two_nodes_is_one_in_each) {
    const Machine odd("cpus 0-1 cluster 7 node 0\ncpus 2-3 cluster 7 node 1");
    expect_rows(odd.topology(),
                {{0, 0, 0, 0, 0, 0}, {1, 0, 1, 0, 0, 0}, {2, 0, 2, 1, 1, 0}, {3, 0, 3, 1, 1, 0}});
}

TEST(nodes_say_how_much_memory_and_what_pages_they_have) {
    const Described made = parse("node 1 memory 3G page 4K large 2M # far\nnode 0\ncpu 0 node 1");
    EXPECT(made.ok());
    EXPECT_EQ(made.topology.nodes.size(), 2u);
    EXPECT_EQ(made.topology.nodes[0].bytes, 0u);
    EXPECT_EQ(made.topology.nodes[1].bytes, uint64_t(3) << 30);
    EXPECT_EQ(made.topology.nodes[1].page_bytes, 4096u);
    EXPECT_EQ(made.topology.nodes[1].large_page_bytes, 2u << 20);
    EXPECT_EQ(made.topology.cpu(0).node, 1u);
}

TEST(each_mistake_in_a_description_is_named_with_its_line) {
    expect_error("cpu 0\nspu 1", Error::unknown_statement, 2);
    expect_error("cpu 0 code 1", Error::unknown_field, 1);
    expect_error("\n# a comment\ngrid nodes 1 sockets 2", Error::unknown_field, 3);
    expect_error("cpu 0 core", Error::number_expected, 1);
    expect_error("cpu 0 core x", Error::number_expected, 1);
    expect_error("cpu 0 core 1x", Error::number_expected, 1);
    expect_error("cpu 0 core 65535", Error::number_too_large, 1);
    expect_error("cpu 0 core 99999999999", Error::number_expected, 1);
    expect_error("cpu", Error::bad_range, 1);
    expect_error("cpus 3-1", Error::bad_range, 1);
    expect_error("cpus 1-", Error::bad_range, 1);
    expect_error("cpus 1,,2", Error::bad_range, 1);
    expect_error("node 0 memory 3X", Error::bad_size, 1);
    expect_error("node 0 memory", Error::bad_size, 1);
    expect_error("cpus 0-1\ncpu 1", Error::cpu_twice, 2);
    expect_error("grid cores 9", Error::too_many_cpus, 1);
    expect_error("cpu 0 node 1\ncpu 1 node 2\ncpu 2 node 4\ncpu 3 node 3", Error::too_many_nodes,
                 4);
    expect_error("grid cores 0", Error::empty_grid, 1);
    expect_error("cpu 0\ndistance 0 0 11", Error::distance_too_short, 2);
    expect_error("cpu 0\ndistance 0 1 9", Error::distance_too_short, 2);
    expect_error("cpu 0\ndistance 0 1", Error::number_expected, 2);
    expect_error("cpu 0\ndistance 0 7 20", Error::unknown_node, 0);
    expect_error("", Error::nothing_left, 0);
    expect_error("cpu 3\nonly 1,2", Error::nothing_left, 0);
    expect_error("cpus 0-1 core 4\nonly", Error::bad_range, 2);
    expect_error("cpu 0\nnode 0 page 3K", Error::broken_rule, 0);
}

TEST(every_mistake_has_a_text_of_its_own) {
    for (uint8_t i = 0; i <= uint8_t(Error::broken_rule); i++)
        for (uint8_t k = 0; k < i; k++)
            EXPECT(!same_text(error_text(Error(i)), error_text(Error(k))));
    EXPECT(same_text(error_text(Error(99)), "not an error"));
}

TEST(a_printed_machine_is_read_back_as_the_same) {
    static TopologyRows<256, 8> rows;
    const char* const texts[] = {
        kOneCpu, kTwoNodes, kRyzen, kHybrid,    kLarge,
        kSparse, kLimited,  kRing,  kBigLittle, "node 0 memory 12345K page 4K large 2M\ncpu 0"};
    for (const char* text : texts) {
        const Machine machine(text);
        static Page page;
        page.length = 0;
        print_topology(machine.topology(), Page::add, &page);
        const Described again = describe(page.text, rows.room());
        EXPECT_EQ(again.error, Error::none);
        expect_same(machine.topology(), again.topology);
    }
}
