// machine.hpp - sim: a machine as plain rows: where each CPU is, and what distance costs
// SPDX-License-Identifier: MIT
//
//     # comment
//     machine console
//     group node=0 clusters=2 cores=4 smt=2 efficiency=0     adds so many clusters to the node
//     distance 10 21                                         one row a node; 10 is local
//     cost cluster=30 node=70 remote=130                     nanoseconds; those not named stay
#pragma once
#include <stdint.h>
#include <array>
#include <string>
#include <vector>

namespace weft::sim {

struct CpuPlace {
    uint32_t cpu;
    uint16_t smt, core, cluster, node;
    uint8_t efficiency;  // 0: the fastest
};

enum class Distance : uint8_t { same, sibling, cluster, node, remote };
constexpr unsigned kDistances = 5;

#define WEFT_SIM_COSTS(X)                                                     \
    X(access, 2, "an atomic access to a line that is here")                   \
    X(sibling, 4, "a line from the core's other thread")                      \
    X(cluster, 25, "a line from another core of the cluster")                 \
    X(node, 70, "a line from another cluster of the node")                    \
    X(remote, 140, "a line from a node at distance 20; others in proportion") \
    X(pause, 40, "a round of a spin")                                         \
    X(wake, 2500, "from a wake-up to the first instruction of who slept")     \
    X(waking, 600, "of a wake-up, for who gives it")                          \
    X(shared_core_pct, 160, "work while the core's other thread works, too")  \
    X(efficient_pct, 180, "work on a core of the next efficiency class")      \
    X(ahead, 100, "how far a core's clock may be ahead of the least")

struct Costs {
#define WEFT_SIM_COST(name, ns, text) uint32_t name = ns;
    WEFT_SIM_COSTS(WEFT_SIM_COST)
#undef WEFT_SIM_COST
};

// One bit a CPU.
using CpuSet = std::array<uint64_t, 16>;

struct Machine {
    std::string name;
    std::vector<CpuPlace> cpus;
    std::vector<std::vector<uint32_t>> distances;  // between nodes
    Costs costs;

    uint32_t nodes() const { return uint32_t(distances.size()); }
    Distance between(uint32_t a, uint32_t b) const;
    uint32_t line_cost(uint32_t from, uint32_t to) const;
    // Of those who have a line, who is nearest to, or farthest from, a CPU that has it not alone.
    uint32_t nearest(const CpuSet& holders, uint32_t to) const { return best(holders, to, false); }
    uint32_t farthest(const CpuSet& holders, uint32_t to) const { return best(holders, to, true); }

 private:
    uint32_t best(const CpuSet& holders, uint32_t to, bool farthest) const;
};

// Empty: read. Else what is wrong, and in which line.
std::string read_machine(const std::string& text, Machine& machine);

struct BuiltIn {
    const char* name;
    const char* text;
};
extern const BuiltIn kMachines[];
extern const unsigned kMachineCount;

}  // namespace weft::sim
