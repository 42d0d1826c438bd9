// arrange.cpp - sorting and numbering
// SPDX-License-Identifier: MIT
#include <weft/base/bits.hpp>
#include <weft/topology/arrange.hpp>

namespace weft {
namespace {

bool before(const CpuPlace& a, const CpuPlace& b) {
    constexpr uint16_t CpuPlace::*kOuterFirst[] = {&CpuPlace::node, &CpuPlace::cluster,
                                                   &CpuPlace::core, &CpuPlace::smt};
    for (const auto number : kOuterFirst)
        if (a.*number != b.*number) return a.*number < b.*number;
    return a.cpu < b.cpu;
}

// Shell's sort: no recursion, no division, and close to done where the machine counts in order.
void sort(Span<CpuPlace> cpus) {
    for (size_t gap = size_t(1) << highest_bit(cpus.size() | 1); gap != 0; gap /= 2)
        for (size_t i = gap; i < cpus.size(); i++) {
            const CpuPlace moving = cpus[i];
            size_t at = i;
            for (; at >= gap && before(moving, cpus[at - gap]); at -= gap)
                cpus[at] = cpus[at - gap];
            cpus[at] = moving;
        }
}

bool index_nodes(Span<CpuPlace> cpus, Span<const MemoryNode> nodes) {
    for (CpuPlace& place : cpus) {
        size_t index = 0;
        while (index < nodes.size() && nodes[index].number != place.node)
            index++;
        if (index == nodes.size()) return false;
        place.node = uint16_t(index);
    }
    return true;
}

// How many different values are lower.
uint16_t rank(Span<const CpuPlace> cpus, uint16_t efficiency) {
    uint16_t classes = 0;
    for (uint32_t above = 0;; classes++) {
        uint32_t lowest = efficiency;
        for (const CpuPlace& place : cpus)
            if (place.efficiency >= above && place.efficiency < lowest) lowest = place.efficiency;
        if (lowest == efficiency) return classes;
        above = lowest + 1;
    }
}

bool all_alike(Span<const CpuPlace> cpus) {
    for (const CpuPlace& place : cpus)
        if (place.efficiency != cpus[0].efficiency) return false;
    return true;
}

// By way of `smt`, which is numbered anew afterwards: ranks are taken from all the old values.
void classify(Span<CpuPlace> cpus) {
    const bool alike = all_alike({cpus.data(), cpus.size()});
    for (CpuPlace& place : cpus)
        place.smt = alike ? 0 : rank({cpus.data(), cpus.size()}, place.efficiency);
    for (CpuPlace& place : cpus)
        place.efficiency = place.smt;
}

void number(Span<CpuPlace> cpus) {
    CpuPlace last = {};
    for (size_t i = 0; i < cpus.size(); i++) {
        CpuPlace& place = cpus[i];
        const CpuPlace was = place;
        const CpuPlace& above = i == 0 ? place : cpus[i - 1];
        const bool same_cluster = i != 0 && was.node == last.node && was.cluster == last.cluster;
        const bool same_core = same_cluster && was.core == last.core;
        place.cluster = uint16_t(i == 0 ? 0 : above.cluster + !same_cluster);
        place.core = uint16_t(i == 0 ? 0 : above.core + !same_core);
        place.smt = uint16_t(same_core ? above.smt + 1 : 0);
        last = was;
    }
}

}  // namespace

bool arrange(Span<CpuPlace> cpus, Span<const MemoryNode> nodes) {
    if (!index_nodes(cpus, nodes)) return false;
    sort(cpus);
    classify(cpus);
    number(cpus);
    return true;
}

}  // namespace weft
