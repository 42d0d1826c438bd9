// steal_order.cpp - a pass over the workers for each ring around one of them
// SPDX-License-Identifier: MIT
#include <weft/topology/steal_order.hpp>

namespace weft {
namespace {

constexpr uint32_t kNever = ~uint32_t(0);

// A ring's number: what is nearer has the lower one. Other nodes lie behind by their distance.
uint32_t ring_of(const Topology& topology, const CpuPlace& from, const CpuPlace& to) {
    if (from.core == to.core) return 0;
    if (from.cluster == to.cluster) return 1;
    if (from.node == to.node) return 2;
    return 3 + topology.distance(from.node, to.node);
}

struct Look {
    const Topology& topology;
    Span<const uint16_t> rows;
    uint32_t self;

    uint32_t ring(uint32_t other) const {
        return ring_of(topology, topology.cpus[rows[self]], topology.cpus[rows[other]]);
    }
    // The nearest ring that is not nearer than `from` and has somebody in it.
    uint32_t next_ring(uint32_t from) const {
        uint32_t nearest = kNever;
        for (uint32_t i = 0; i < rows.size(); i++)
            if (i != self && ring(i) >= from && ring(i) < nearest) nearest = ring(i);
        return nearest;
    }
};

}  // namespace

StealOrder steal_order(const Topology& topology, Span<const uint16_t> rows, uint32_t worker,
                       const StealRoom& room) {
    const Look look = {topology, rows, worker};
    size_t victims = 0;
    size_t groups = 0;
    for (uint32_t ring = look.next_ring(0); ring != kNever; ring = look.next_ring(ring + 1)) {
        for (size_t step = 1; step < rows.size(); step++) {
            const size_t ahead = worker + step;
            const uint32_t other = uint32_t(ahead < rows.size() ? ahead : ahead - rows.size());
            if (look.ring(other) == ring) room.victims[victims++] = uint16_t(other);
        }
        room.ends[groups++] = uint16_t(victims);
    }
    return {{room.victims.data(), victims}, {room.ends.data(), groups}};
}

}  // namespace weft
