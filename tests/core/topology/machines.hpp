// machines.hpp - machines in words, for tests
// SPDX-License-Identifier: MIT
#pragma once
#include <unit/unit.hpp>
#include <weft/topology/describe.hpp>

namespace machines {

using namespace weft;

constexpr const char* kOneCpu = "cpu 0";
constexpr const char* kTwoNodes = "grid nodes 2 cores 2 \n distance 0 1 21";
constexpr const char* kFourByEightByTwo = "grid nodes 4 cores 8 threads 2";
// Two clusters of four cores; threads numbered as Linux does: first threads, then second ones.
constexpr const char* kRyzen =
    "cpu 0 core 0 cluster 0\ncpu 1 core 1 cluster 0\ncpu 2 core 2 cluster 0\n"
    "cpu 3 core 3 cluster 0\ncpu 4 core 4 cluster 1\ncpu 5 core 5 cluster 1\n"
    "cpu 6 core 6 cluster 1\ncpu 7 core 7 cluster 1\n"
    "cpu 8 core 0 cluster 0\ncpu 9 core 1 cluster 0\ncpu 10 core 2 cluster 0\n"
    "cpu 11 core 3 cluster 0\ncpu 12 core 4 cluster 1\ncpu 13 core 5 cluster 1\n"
    "cpu 14 core 6 cluster 1\ncpu 15 core 7 cluster 1\n";
// Eight fast cores of two threads, sixteen slow ones, one cache for all.
constexpr const char* kHybrid =
    "cpus 0-1 core 0 class 9\ncpus 2-3 core 1 class 9\ncpus 4-5 core 2 class 9\n"
    "cpus 6-7 core 3 class 9\ncpus 8-9 core 4 class 9\ncpus 10-11 core 5 class 9\n"
    "cpus 12-13 core 6 class 9\ncpus 14-15 core 7 class 9\ncpus 16-31 class 4";
constexpr const char* kLarge = "grid nodes 2 clusters 6 cores 8 threads 2";  // 192 CPUs
constexpr const char* kSparse = "cpus 2,5,11 node 1\ncpu 64 node 3\ndistance 1 3 31";
constexpr const char* kLimited = "grid nodes 2 clusters 2 cores 2 threads 2\nonly 2-5,9";
// Slow cores first: CPU 0 is one of them.
constexpr const char* kBigLittle = "cpus 0-3 cluster 0 class 1\ncpus 4-5 cluster 4 class 2";
constexpr const char* kRing =
    "grid nodes 4\ndistance 0 1 16\ndistance 1 2 16\ndistance 2 3 16\ndistance 0 3 16\n"
    "distance 0 2 22\ndistance 1 3 22";

struct Machine {
    explicit Machine(const char* text) : described(describe(text, rows.room())) {
        EXPECT_EQ(described.error, DescriptionError::none);
    }
    const Topology& topology() const { return described.topology; }

    TopologyRows<256, 8> rows;
    Described described;
};

// One row of a table, as words of a table in a test: cpu, smt, core, cluster, node, class.
struct Row {
    uint32_t cpu;
    uint16_t smt, core, cluster, node, efficiency;
};

template <size_t kLength>
void expect_rows(const Topology& topology, const Row (&rows)[kLength]) {
    EXPECT_EQ(topology.cpus.size(), kLength);
    for (size_t i = 0; i < kLength && i < topology.cpus.size(); i++) {
        const CpuPlace& place = topology.cpu(i);
        EXPECT_EQ(place.cpu, rows[i].cpu);
        EXPECT_EQ(place.smt, rows[i].smt);
        EXPECT_EQ(place.core, rows[i].core);
        EXPECT_EQ(place.cluster, rows[i].cluster);
        EXPECT_EQ(place.node, rows[i].node);
        EXPECT_EQ(place.efficiency, rows[i].efficiency);
    }
}

}  // namespace machines
