// steal_order.hpp - whom a worker steals from: the nearest first
// SPDX-License-Identifier: MIT
//
//   worker 2's groups:  | its core's others | its cluster's | its node's | 1 hop | 2 hops ... |
//   in each, those behind the worker itself come first: neighbours start apart
#pragma once
#include <weft/topology/topology.hpp>

namespace weft {

// Workers in groups, nearest group first. `ends` says where each group ends in `victims`.
struct StealOrder {
    Span<const uint16_t> victims;
    Span<const uint16_t> ends;
};

// Groups that a worker may have: core, cluster, node, and every distance to another node.
constexpr size_t most_groups(size_t nodes) {
    return 3 + (nodes == 0 ? 0 : nodes - 1);
}

struct StealRoom {
    Span<uint16_t> victims;  // one less than there are workers
    Span<uint16_t> ends;     // most_groups(nodes)
};

// `rows` are the CPUs that the workers run on, as rows of the topology. Groups of nobody are left
// out. Panics when there is not enough room.
StealOrder steal_order(const Topology& topology, Span<const uint16_t> rows, uint32_t worker,
                       const StealRoom& room);

}  // namespace weft
