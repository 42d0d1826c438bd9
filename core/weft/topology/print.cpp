// print.cpp - a topology as a description, and what is wrong with one
// SPDX-License-Identifier: MIT
#include <weft/topology/describe.hpp>

namespace weft {
namespace {

#define WEFT_ERROR_TEXT(name, text) text,
const char* const kTexts[] = {WEFT_DESCRIPTION_ERRORS(WEFT_ERROR_TEXT)};
#undef WEFT_ERROR_TEXT

using Line = Text<120>;

// Rounded down to what describe() can read: numbers below 2^32.
void add_size(Line& line, const char* name, uint64_t bytes) {
    if (bytes == 0) return;
    unsigned steps = 0;
    for (; steps < 4 && ((bytes & 1023) == 0 || bytes >> 32 != 0); steps++)
        bytes >>= 10;
    const char* const suffixes[] = {"", "K", "M", "G", "T"};
    line.add(name).add_number(bytes).add(suffixes[steps]);
}

void print_node(const MemoryNode& node, LineSink sink, void* context) {
    Line line;
    line.add("node ").add_number(node.number);
    add_size(line, " memory ", node.bytes);
    add_size(line, " page ", node.page_bytes);
    add_size(line, " large ", node.large_page_bytes);
    sink(context, line.c_str());
}

void print_cpu(const Topology& topology, const CpuPlace& place, LineSink sink, void* context) {
    Line line;
    line.add("cpu ").add_number(place.cpu).add(" core ").add_number(place.core);
    line.add(" smt ").add_number(place.smt).add(" cluster ").add_number(place.cluster);
    line.add(" node ").add_number(topology.nodes[place.node].number);
    line.add(" class ").add_number(place.efficiency);
    sink(context, line.c_str());
}

}  // namespace

const char* error_text(DescriptionError error) {
    const size_t index = size_t(error);
    return index < sizeof kTexts / sizeof kTexts[0] ? kTexts[index] : "not an error";
}

void print_topology(const Topology& topology, LineSink sink, void* context) {
    for (const MemoryNode& node : topology.nodes)
        print_node(node, sink, context);
    for (const CpuPlace& place : topology.cpus)
        print_cpu(topology, place, sink, context);
    for (size_t a = 0; a < topology.nodes.size(); a++)
        for (size_t b = 0; b < a; b++) {
            const uint16_t far = topology.distance(a, b);
            if (far == kFarDistance) continue;
            Line line;
            line.add("distance ").add_number(topology.nodes[b].number).add(" ");
            line.add_number(topology.nodes[a].number).add(" ").add_number(far);
            sink(context, line.c_str());
        }
}

}  // namespace weft
