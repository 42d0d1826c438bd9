// hwloc_topology.hpp - Linux: CPUs and nodes as hwloc tells, where the build has it (HWLOC=1)
// SPDX-License-Identifier: MIT
//
// The running system reads sysfs, which says the same (a test compares them) and takes a thirtieth
// of the time. hwloc is for descriptions that only it can read, and for machines where it knows
// more.
#pragma once
#include <port.hpp>

namespace weft::port {

enum class HwlocSource {
    machine,    // `text` is not looked at; CPUs that affinity takes away are left out
    synthetic,  // "Package:2 L3Cache:4 Core:8 PU:2"
    xml,        // a file's path, as lstopo writes it
};

struct HwlocRoom {
    CpuPlace* cpus;
    size_t most_cpus;
    MemoryNode* nodes;
    size_t most_nodes;
    uint16_t* distances;  // most_nodes x most_nodes
};

struct HwlocCounts {
    size_t cpus, nodes, distances;  // written; distances are nodes x nodes, or none
    bool complete;                  // there was room for everything
};

// False: this build has no hwloc, or it cannot read the source. Rows as cpu_places() gives them,
// nodes by their numbers.
bool read_hwloc(HwlocSource source, const char* text, const HwlocRoom& room, HwlocCounts* counts);

}  // namespace weft::port
