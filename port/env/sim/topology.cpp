// topology.cpp - sim: the machine that is timed; while schedules are explored, equal cores
// SPDX-License-Identifier: MIT
#include "engine.hpp"

namespace weft::port {
namespace {

sim::Engine& all() {
    return sim::engine();
}

// Machines' texts number classes from the fastest on.
uint16_t efficiency_of(const sim::Machine& machine, const sim::CpuPlace& place) {
    uint8_t slowest = 0;
    for (const sim::CpuPlace& other : machine.cpus)
        slowest = slowest < other.efficiency ? other.efficiency : slowest;
    return uint16_t(slowest - place.efficiency);
}

CpuPlace place_of(uint32_t cpu) {
    if (!all().timing()) return {cpu, 0, uint16_t(cpu), 0, 0, 0};
    const sim::Machine& machine = all().timed.machine();
    const sim::CpuPlace& place = machine.cpus[cpu];
    return {place.cpu,     place.smt,  place.core,
            place.cluster, place.node, efficiency_of(machine, place)};
}

uint32_t node_count() {
    return all().timing() ? all().timed.machine().nodes() : 1;
}

}  // namespace

size_t cpu_places(CpuPlace* out, size_t most) {
    const uint32_t count = core_count();
    for (uint32_t i = 0; i < count && i < most; i++)
        out[i] = place_of(i);
    return count;
}

size_t memory_nodes(MemoryNode* out, size_t most) {
    const uint32_t count = node_count();
    for (uint32_t i = 0; i < count && i < most; i++)
        out[i] = {0, 0, 0, uint16_t(i)};
    return count;
}

size_t node_distances(uint16_t node, uint16_t* out, size_t most) {
    if (!all().timing() || node >= node_count()) return 0;
    const auto& row = all().timed.machine().distances[node];
    for (size_t i = 0; i < row.size() && i < most; i++)
        out[i] = uint16_t(row[i]);
    return row.size();
}

bool pin_self_to_cpu(uint32_t cpu) {
    return cpu == kAnyCpu || cpu == sim::core();
}
uint32_t pinned_cpu() {
    return sim::core();
}
uint16_t current_node() {
    return place_of(sim::core()).node;
}

// Memory is of no node here: lines travel from who wrote them.
bool bind_memory(void*, size_t, uint16_t) {
    return false;
}
int32_t page_node(const void*) {
    return kPageUnknown;
}
void* reserve_large(size_t) {
    return nullptr;
}
bool advise_large(void*, size_t) {
    return false;
}

}  // namespace weft::port
