// machine.cpp - asks the port for CPUs, nodes and distances
// SPDX-License-Identifier: MIT
#include <weft/topology/arrange.hpp>
#include <weft/topology/machine.hpp>
#include <weft/topology/rules.hpp>

namespace weft {
namespace {

// All of them, or none: a machine that knows some distances only is taken to know none.
Span<const uint16_t> read_distances(Span<uint16_t> room, Span<const MemoryNode> nodes) {
    size_t known = 0;
    for (const MemoryNode& node : nodes) {
        if (room.size() - known < nodes.size()) return {};
        if (port::node_distances(node.number, room.data() + known, nodes.size()) != nodes.size())
            return {};
        known += nodes.size();
    }
    return {room.data(), known};
}

}  // namespace

Status read_machine(const TopologyRoom& room, Topology* out) {
    const size_t cpus = port::cpu_places(room.cpus.data(), room.cpus.size());
    const size_t nodes = port::memory_nodes(room.nodes.data(), room.nodes.size());
    if (cpus > room.cpus.size() || nodes > room.nodes.size()) return Status::exhausted;
    const Span<CpuPlace> rows(room.cpus.data(), cpus);
    Topology made;
    made.nodes = {room.nodes.data(), nodes};
    if (!arrange(rows, made.nodes)) return Status::bad_topology;
    made.cpus = {rows.data(), cpus};
    made.distances = read_distances(room.distances, made.nodes);
    made.real = true;
    if (first_broken_rule(made) != TopologyRule::none) return Status::bad_topology;
    *out = made;
    return Status::ok;
}

}  // namespace weft
