// test_hwloc.cpp - Linux: hwloc and sysfs tell the same of this machine; descriptions of others
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>

#if __has_include(<hwloc_topology.hpp>)
#include <hwloc_topology.hpp>
#include <weft/topology/arrange.hpp>
#include <weft/topology/machine.hpp>
#include <weft/topology/rules.hpp>

using namespace weft;

namespace {

struct Read {
    Read(port::HwlocSource source, const char* text) {
        const TopologyRoom room = rows.room();
        const port::HwlocRoom raw = {room.cpus.data(), room.cpus.size(), room.nodes.data(),
                                     room.nodes.size(), room.distances.data()};
        ok = port::read_hwloc(source, text, raw, &counts);
        if (!ok) return;
        EXPECT(counts.complete);
        topology.nodes = {room.nodes.data(), counts.nodes};
        EXPECT(arrange({room.cpus.data(), counts.cpus}, topology.nodes));
        topology.cpus = {room.cpus.data(), counts.cpus};
        topology.distances = {room.distances.data(), counts.distances};
        EXPECT_EQ(first_broken_rule(topology), TopologyRule::none);
    }

    TopologyRows<256, 8> rows;
    port::HwlocCounts counts = {};
    Topology topology;
    bool ok;
};

}  // namespace

#if defined(WEFT_HWLOC) && WEFT_HWLOC
TEST(hwloc_and_sysfs_tell_the_same_of_this_machine) {
    const Read hwloc(port::HwlocSource::machine, nullptr);
    static TopologyRows<256, 8> rows;
    Topology sysfs;
    EXPECT(hwloc.ok);
    EXPECT_OK(read_machine(rows.room(), &sysfs));
    EXPECT_EQ(hwloc.topology.cpus.size(), sysfs.cpus.size());
    EXPECT_EQ(hwloc.topology.nodes.size(), sysfs.nodes.size());
    for (size_t i = 0; i < sysfs.cpus.size(); i++) {
        const CpuPlace& a = hwloc.topology.cpu(i);
        const CpuPlace& b = sysfs.cpu(i);
        EXPECT_EQ(a.cpu, b.cpu);
        EXPECT_EQ(a.smt, b.smt);
        EXPECT_EQ(a.core, b.core);
        EXPECT_EQ(a.cluster, b.cluster);
        EXPECT_EQ(a.node, b.node);
        EXPECT_EQ(a.efficiency, b.efficiency);
    }
    for (size_t i = 0; i < sysfs.nodes.size(); i++) {
        EXPECT_EQ(hwloc.topology.nodes[i].number, sysfs.nodes[i].number);
        EXPECT_EQ(hwloc.topology.nodes[i].bytes, sysfs.nodes[i].bytes);
        EXPECT_EQ(hwloc.topology.nodes[i].page_bytes, sysfs.nodes[i].page_bytes);
        for (size_t k = 0; k < sysfs.nodes.size(); k++)
            EXPECT_EQ(hwloc.topology.distance(i, k), sysfs.distance(i, k));
    }
}

TEST(hwloc_reads_a_synthetic_machine) {
    const Read two(port::HwlocSource::synthetic,
                   "Package:2 [NUMANode(memory=8GB)] L3Cache:2(size=32MB) Core:4 PU:2");
    EXPECT(two.ok);
    const Topology& t = two.topology;
    EXPECT_EQ(t.cpus.size(), 32u);
    EXPECT_EQ(t.cores(), 16u);
    EXPECT_EQ(t.clusters(), 4u);
    EXPECT_EQ(t.nodes.size(), 2u);
    EXPECT_EQ(t.nodes[1].bytes, 8000000000u);
    EXPECT_EQ(t.cpu(31).node, 1u);
    EXPECT_EQ(t.cpu(31).smt, 1u);
    EXPECT_EQ(t.cpu(8).cluster, 1u);
}

TEST(hwloc_refuses_what_it_cannot_read) {
    EXPECT(!Read(port::HwlocSource::synthetic, "Nonsense:2").ok);
    EXPECT(!Read(port::HwlocSource::xml, "/nowhere.xml").ok);
}
#else
TEST(a_build_without_hwloc_says_that_it_has_none) {
    EXPECT(!Read(port::HwlocSource::machine, nullptr).ok);
}
#endif
#endif
