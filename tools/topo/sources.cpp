// sources.cpp - reads a topology from wherever the command line says
// SPDX-License-Identifier: MIT
#include "topo.hpp"

#include <stdio.h>
#include <string.h>
#include <hwloc_topology.hpp>
#include <sysfs.hpp>

#include <weft/topology/arrange.hpp>

namespace topo {
namespace {

using namespace weft;

bool finish(const TopologyRoom& room, size_t cpus, size_t nodes, size_t distances, Topology& out) {
    if (cpus > room.cpus.size() || nodes > room.nodes.size()) {
        fprintf(stderr, "topo: more than %zu CPUs or %zu nodes\n", kMostCpus, kMostNodes);
        return false;
    }
    out.nodes = {room.nodes.data(), nodes};
    if (!arrange({room.cpus.data(), cpus}, out.nodes)) {
        fprintf(stderr, "topo: a CPU is on a node that is not there\n");
        return false;
    }
    out.cpus = {room.cpus.data(), cpus};
    if (distances == nodes * nodes) out.distances = {room.distances.data(), distances};
    const TopologyRule broken = first_broken_rule(out);
    if (broken != TopologyRule::none) fprintf(stderr, "topo: %s\n", rule_text(broken));
    return broken == TopologyRule::none;
}

}  // namespace

bool read_sysfs(const char* folder, Rows& rows, Topology& out) {
    const port::Files files = port::files_below(folder);
    const TopologyRoom room = rows.room();
    const size_t cpus = port::sysfs_cpu_places(files, nullptr, room.cpus.data(), room.cpus.size());
    const size_t nodes = port::sysfs_memory_nodes(files, room.nodes.data(), room.nodes.size());
    size_t known = 0;
    for (size_t i = 0; i < nodes && nodes <= kMostNodes; i++)
        known += port::sysfs_node_distances(files, room.nodes[i].number,
                                            room.distances.data() + i * nodes, nodes);
    return finish(room, cpus, nodes, known, out);
}

uint32_t quota_below(const char* folder) {
    return port::sysfs_core_quota(port::files_below(folder));
}

bool read_hwloc(Span<const char* const> source, Rows& rows, Topology& out) {
    const TopologyRoom room = rows.room();
    const port::HwlocRoom raw = {room.cpus.data(), room.cpus.size(), room.nodes.data(),
                                 room.nodes.size(), room.distances.data()};
    const bool live = strcmp(source[0], "--hwloc") == 0;
    const bool xml = strcmp(source[0], "--xml") == 0;
    const auto from = live  ? port::HwlocSource::machine
                      : xml ? port::HwlocSource::xml
                            : port::HwlocSource::synthetic;
    port::HwlocCounts counts = {};
    if (!port::read_hwloc(from, source[1], raw, &counts)) {
        fprintf(stderr,
                "topo: hwloc cannot read this, or this build has none (make topo HWLOC=1)\n");
        return false;
    }
    out.real = live;
    return finish(room, counts.cpus, counts.nodes, counts.distances, out);
}

bool read_text(const char* path, Rows& rows, Topology& out) {
    static char text[1 << 20];
    FILE* file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    if (file == nullptr) {
        perror(path);
        return false;
    }
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    if (file != stdin) fclose(file);
    const Described made = describe(text, rows.room());
    if (made.ok()) {
        out = made.topology;
        return true;
    }
    const bool rule = made.error == DescriptionError::broken_rule;
    fprintf(stderr, "%s:%u: %s\n", path, made.line,
            rule ? rule_text(first_broken_rule(made.topology)) : error_text(made.error));
    return false;
}

bool read_here(Rows& rows, Topology& out) {
    const Status status = read_machine(rows.room(), &out);
    if (status != Status::ok) fprintf(stderr, "topo: %s\n", status_text(status));
    return status == Status::ok;
}

}  // namespace topo
