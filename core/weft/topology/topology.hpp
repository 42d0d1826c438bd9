// topology.hpp - where CPUs and memory are: a plain table, whoever filled it
// SPDX-License-Identifier: MIT
//
//     node 0                       node 1           rows stand in this order, each CPU once;
//     | cluster 0  | cluster 1 |   | cluster 2 |    cores and clusters are numbered from 0 along
//     | c0 c1      | c2        |   | c3        |    them, `node` is an index into `nodes`
//       |'-- smt 1
//       '--- smt 0
//
// A board writes it as constants, a host reads it from the machine, a test or a simulator describes
// it in text. Who uses it cannot tell which. Holds no memory: spans over the caller's rows.
#pragma once
#include <port.hpp>
#include <weft/base/bytes.hpp>

namespace weft {

using port::CpuPlace;
using port::MemoryNode;

constexpr uint16_t kLocalDistance = 10;
constexpr uint16_t kFarDistance = 20;  // where nobody has measured it

struct Topology {
    Span<const CpuPlace> cpus;
    Span<const MemoryNode> nodes;
    // From each node, in its order, to each: nodes x nodes; none: 10 within a node, 20 between.
    Span<const uint16_t> distances;
    // Its CPUs and nodes are this machine's: threads can be tied to them, memory bound. A
    // description of another machine orders and groups workers as if they ran there.
    bool real = false;

    constexpr const CpuPlace& cpu(size_t row) const { return cpus.data()[row]; }
    constexpr uint32_t cores() const { return last(&CpuPlace::core); }
    constexpr uint32_t clusters() const { return last(&CpuPlace::cluster); }
    constexpr uint16_t distance(size_t from, size_t to) const {
        if (distances.empty()) return from == to ? kLocalDistance : kFarDistance;
        const uint16_t* row = distances.data();
        for (; from != 0; from--)
            row += nodes.size();
        return row[to];
    }

 private:
    constexpr uint32_t last(uint16_t CpuPlace::*number) const {
        return cpus.empty() ? 0 : uint32_t(cpu(cpus.size() - 1).*number) + 1;
    }
};

// Room for a table, which its readers fill from the front.
struct TopologyRoom {
    Span<CpuPlace> cpus;
    Span<MemoryNode> nodes;
    Span<uint16_t> distances;  // nodes x nodes
};

template <size_t kCpus, size_t kNodes>
class TopologyRows {
 public:
    TopologyRoom room() { return {cpus_, nodes_, distances_}; }

 private:
    CpuPlace cpus_[kCpus];
    MemoryNode nodes_[kNodes];
    uint16_t distances_[kNodes * kNodes];
};

}  // namespace weft
