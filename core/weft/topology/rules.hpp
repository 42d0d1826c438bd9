// rules.hpp - what a topology must keep: one rule, one message
// SPDX-License-Identifier: MIT
//
// A board asserts it beside its table:
//
//     static_assert(weft::first_broken_rule(kTopology) == weft::TopologyRule::none, "...");
//
// To add a rule: a line here, and a case in tests/core/topology/test_rules.cpp.
#pragma once
#include <weft/base/bits.hpp>
#include <weft/topology/topology.hpp>

namespace weft {

constexpr size_t kMostCpus = 65535;
constexpr size_t kMostNodes = 1024;

// ---- what the rules ask ----

constexpr bool cpu_numbers_differ(const Topology& t) {
    for (size_t a = 0; a < t.cpus.size(); a++)
        for (size_t b = 0; b < a; b++)
            if (t.cpu(a).cpu == t.cpu(b).cpu) return false;
    return true;
}

// Of two rows that follow each other: the same group and the same ones around it, or the next one.
constexpr bool follows(const Topology& t, uint16_t CpuPlace::*inner, uint16_t CpuPlace::*outer) {
    if (t.cpus.empty()) return true;
    if (t.cpu(0).*inner != 0) return false;
    for (size_t i = 1; i < t.cpus.size(); i++) {
        const CpuPlace& a = t.cpu(i - 1);
        const CpuPlace& b = t.cpu(i);
        const bool same = a.*inner == b.*inner && a.*outer == b.*outer;
        if (!same && b.*inner != a.*inner + 1) return false;
    }
    return true;
}

constexpr bool threads_follow(const Topology& t) {
    for (size_t i = 0; i < t.cpus.size(); i++) {
        const bool first = i == 0 || t.cpu(i).core != t.cpu(i - 1).core;
        if (t.cpu(i).smt != (first ? 0 : t.cpu(i - 1).smt + 1)) return false;
    }
    return true;
}

constexpr bool nodes_rise(const Topology& t) {
    for (size_t i = 1; i < t.cpus.size(); i++)
        if (t.cpu(i).node < t.cpu(i - 1).node) return false;
    return true;
}

constexpr bool nodes_are_known(const Topology& t) {
    for (size_t i = 0; i < t.cpus.size(); i++)
        if (t.cpu(i).node >= t.nodes.size()) return false;
    return true;
}

constexpr bool cores_are_even(const Topology& t) {
    for (size_t i = 1; i < t.cpus.size(); i++)
        if (t.cpu(i).core == t.cpu(i - 1).core && t.cpu(i).efficiency != t.cpu(i - 1).efficiency)
            return false;
    return true;
}

constexpr bool node_numbers_differ(const Topology& t) {
    for (size_t a = 0; a < t.nodes.size(); a++)
        for (size_t b = 0; b < a; b++)
            if (t.nodes.data()[a].number == t.nodes.data()[b].number) return false;
    return true;
}

constexpr bool own_memory_is_nearest(const Topology& t) {
    for (size_t a = 0; a < t.nodes.size(); a++)
        for (size_t b = 0; b < t.nodes.size(); b++)
            if (a == b ? t.distance(a, b) != kLocalDistance : t.distance(a, b) < kLocalDistance)
                return false;
    return true;
}

constexpr bool is_page(uint32_t bytes) {
    return bytes == 0 || is_power_of_two(bytes);
}

constexpr bool pages_are_pages(const Topology& t) {
    for (size_t i = 0; i < t.nodes.size(); i++) {
        const MemoryNode& node = t.nodes.data()[i];
        if (!is_page(node.page_bytes) || !is_page(node.large_page_bytes)) return false;
        if (node.large_page_bytes != 0 && node.large_page_bytes < node.page_bytes) return false;
    }
    return true;
}

constexpr size_t squared(size_t value) {
    return multiply_saturating(value, value);
}

// X(name, condition that must hold for `t`, message)
#define WEFT_TOPOLOGY_RULES(X)                                                                  \
    X(cpus_at_least_one, !t.cpus.empty(), "cpus: there are none, so no worker has a place")     \
    X(cpus_at_most, t.cpus.size() <= kMostCpus, "cpus: more than kMostCpus")                    \
    X(nodes_at_least_one, !t.nodes.empty(), "nodes: there are none, so no memory is near")      \
    X(nodes_at_most, t.nodes.size() <= kMostNodes, "nodes: more than kMostNodes")               \
    X(node_exists, nodes_are_known(t), "node: an index beyond the rows of nodes")               \
    X(cpus_differ, cpu_numbers_differ(t), "cpu: two rows have the same number")                 \
    X(nodes_differ, node_numbers_differ(t), "nodes: two rows have the same number")             \
    X(rows_by_node, nodes_rise(t), "node: rows stand in the order of their nodes")              \
    X(clusters_in_order, follows(t, &CpuPlace::cluster, &CpuPlace::node),                       \
      "cluster: numbered from 0 along the rows, each within one node")                          \
    X(cores_in_order, follows(t, &CpuPlace::core, &CpuPlace::cluster),                          \
      "core: numbered from 0 along the rows, each within one cluster")                          \
    X(threads_in_order, threads_follow(t), "smt: numbered from 0 along the rows of each core")  \
    X(cores_of_one_class, cores_are_even(t), "efficiency: the CPUs of one core have the same")  \
    X(distances_complete, t.distances.empty() || t.distances.size() == squared(t.nodes.size()), \
      "distances: one from each node to each, or none at all")                                  \
    X(own_is_nearest, own_memory_is_nearest(t),                                                 \
      "distances: 10 from a node to itself, and no other is nearer")                            \
    X(whole_pages, pages_are_pages(t), "nodes: page sizes are powers of two, large ones larger")

enum class TopologyRule : uint8_t {
#define WEFT_RULE_NAME(name, condition, text) name,
    WEFT_TOPOLOGY_RULES(WEFT_RULE_NAME)
#undef WEFT_RULE_NAME
        none,
};

// In this order: later rules count on earlier ones. none when every rule holds.
constexpr TopologyRule first_broken_rule(const Topology& t) {
#define WEFT_RULE_CASE(name, condition, text) \
    if (!(condition)) return TopologyRule::name;
    WEFT_TOPOLOGY_RULES(WEFT_RULE_CASE)
#undef WEFT_RULE_CASE
    return TopologyRule::none;
}

const char* rule_text(TopologyRule rule);

}  // namespace weft
