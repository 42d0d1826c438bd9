// describe.hpp - a machine in words: for simulators, tests, and hosts that play another machine
// SPDX-License-Identifier: MIT
//
//     # two sockets, a slow core on the second
//     grid nodes 2 clusters 1 cores 4 threads 2    everything alike, CPUs numbered along it
//     node 1 memory 8G page 4K large 2M
//     distance 0 1 21                              both ways
//     cpus 16 core 8 cluster 2 node 1 class 3      one core more
//     only 0-9,16                                  what affinity leaves of the CPUs so far
//
// One statement a line. A field that is not given: core = the CPU's own number, cluster, node and
// class = 0, smt = in the order of the numbers. Core and cluster numbers only tell cores and
// clusters apart. Nodes that CPUs name need no line of their own.
#pragma once
#include <weft/base/text.hpp>
#include <weft/topology/rules.hpp>

namespace weft {

// X(name, message)
#define WEFT_DESCRIPTION_ERRORS(X)                                                  \
    X(none, "no error")                                                             \
    X(unknown_statement, "a line begins with cpus, grid, node, distance or only")   \
    X(unknown_field, "not a field of this statement")                               \
    X(number_expected, "a number is missing here, or is not one")                   \
    X(number_too_large, "a number beyond what this field can hold")                 \
    X(bad_range, "a list of CPUs looks like 0-3,8, each range rising")              \
    X(bad_size, "a size is a number with K, M, G or T behind it, or nothing")       \
    X(cpu_twice, "this CPU has been described before")                              \
    X(too_many_cpus, "more CPUs than there is room for")                            \
    X(too_many_nodes, "more nodes than there is room for")                          \
    X(empty_grid, "a grid has at least one node, cluster, core and thread")         \
    X(distance_too_short, "a distance is 10 or more, and 10 from a node to itself") \
    X(unknown_node, "a distance names a node that nothing else describes")          \
    X(nothing_left, "no CPUs are described, or none are left")                      \
    X(broken_rule, "what is described breaks a rule of topologies: first_broken_rule() says")

enum class DescriptionError : uint8_t {
#define WEFT_ERROR_NAME(name, text) name,
    WEFT_DESCRIPTION_ERRORS(WEFT_ERROR_NAME)
#undef WEFT_ERROR_NAME
};

const char* error_text(DescriptionError error);

struct Described {
    DescriptionError error = DescriptionError::none;
    uint32_t line = 0;  // from 1; 0: of the whole
    Topology topology;  // over the room's rows, if there is no error; not real

    bool ok() const { return error == DescriptionError::none; }
};

// Distances need room for nodes x nodes only if there is a distance statement.
Described describe(const char* text, const TopologyRoom& room);

// A line of such text for each CPU, node and distance that is not the usual one, each handed to
// `line`: describe() makes the same topology of them.
using LineSink = void (*)(void* context, const char* line);
void print_topology(const Topology& topology, LineSink line, void* context);

}  // namespace weft
