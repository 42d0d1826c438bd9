// test_topology.cpp - CPUs, nodes, tying threads to them, and where pages are
// SPDX-License-Identifier: MIT
#include <port.hpp>
#include <unit/unit.hpp>

using namespace weft;

namespace {

constexpr size_t kMost = 1024;
port::CpuPlace places[kMost];
port::MemoryNode nodes[64];

struct Pages {
    explicit Pages(size_t count)
        : bytes(count * port::page_bytes()),
          data(static_cast<unsigned char*>(port::reserve(bytes))) {}
    ~Pages() { port::unreserve(data, bytes); }
    size_t bytes;
    unsigned char* data;
};

}  // namespace

TEST(every_cpu_that_may_be_used_has_a_place_on_a_node_that_exists) {
    const size_t cpus = port::cpu_places(places, kMost);
    EXPECT_EQ(cpus, port::core_count());
    const size_t known = port::memory_nodes(nodes, 64);
    EXPECT(known >= 1 && known <= 64);
    for (size_t i = 0; i < cpus; i++) {
        bool found = false;
        for (size_t k = 0; k < known; k++)
            found = found || nodes[k].number == places[i].node;
        EXPECT(found);
        for (size_t k = 0; k < i; k++)
            EXPECT(places[k].cpu != places[i].cpu);
    }
}

TEST(distances_are_known_from_a_node_to_all_or_to_none) {
    uint16_t distances[64];
    const size_t known = port::memory_nodes(nodes, 64);
    for (size_t i = 0; i < known; i++) {
        const size_t to = port::node_distances(nodes[i].number, distances, 64);
        EXPECT(to == 0 || to == known);
        if (to != 0) EXPECT_EQ(distances[i], 10u);
    }
}

TEST(a_thread_is_tied_to_a_cpu_and_untied_again) {
    NEEDS_CORES(4);
    const uint32_t before = port::pinned_cpu();
    const size_t cpus = port::cpu_places(places, kMost);
    for (size_t i = 0; i < cpus; i++) {
        EXPECT(port::pin_self_to_cpu(places[i].cpu));
        EXPECT_EQ(port::pinned_cpu(), places[i].cpu);
        EXPECT_EQ(port::current_node(), places[i].node);
    }
    EXPECT(!port::pin_self_to_cpu(60000));
    EXPECT_EQ(port::pinned_cpu(), places[cpus - 1].cpu);  // the refusal changed nothing
    EXPECT(port::pin_self_to_cpu(port::kAnyCpu));
    EXPECT_EQ(port::pinned_cpu() == port::kAnyCpu, cpus > 1);
    EXPECT(port::pin_self_to_cpu(before));
}

TEST(a_touched_page_is_on_a_node_and_an_untouched_one_is_absent) {
    Pages pages(2);
    pages.data[0] = 1;
    const int32_t touched = port::page_node(pages.data + 5);
    if (touched == port::kPageUnknown) return;  // an emulator that does not tell
    EXPECT(touched >= 0);
    EXPECT_EQ(port::page_node(pages.data + port::page_bytes()), port::kPageAbsent);
}

TEST(bound_memory_comes_from_its_node) {
    const size_t known = port::memory_nodes(nodes, 64);
    for (size_t i = 0; i < known; i++) {
        Pages pages(1);
        if (!port::bind_memory(pages.data, pages.bytes, nodes[i].number)) continue;
        pages.data[0] = 1;
        const int32_t on = port::page_node(pages.data);
        EXPECT(on == nodes[i].number || on == port::kPageUnknown || nodes[i].bytes == 0);
    }
    Pages pages(1);
    EXPECT(!port::bind_memory(pages.data, pages.bytes, 65000));
}

TEST(large_pages_are_given_or_refused_and_work_like_others) {
    const size_t known = port::memory_nodes(nodes, 64);
    const size_t large = known == 0 ? 0 : nodes[0].large_page_bytes;
    if (large == 0) return;
    unsigned char* const set_aside = static_cast<unsigned char*>(port::reserve_large(large));
    if (set_aside != nullptr) {
        set_aside[large - 1] = 7;
        EXPECT_EQ(set_aside[large - 1], 7);
        port::unreserve(set_aside, large);
    }
    unsigned char* const start = static_cast<unsigned char*>(port::reserve(2 * large));
    EXPECT(start != nullptr);
    (void)port::advise_large(start, 2 * large);
    start[large] = 9;
    EXPECT_EQ(start[large], 9);
    port::unreserve(start, 2 * large);
}
