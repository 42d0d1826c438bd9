// machine_cases.cpp - what a machine's text may say, and the words for what it may not
// SPDX-License-Identifier: MIT
#include "machine_cases.hpp"

#include <stdio.h>
#include <machine.hpp>
#include <string>

namespace weft::sim {
namespace {

struct Case {
    const char* text;
    const char* says;  // "": it is good
    size_t cpus;
};

const Case kCases[] = {
    {"machine m\ngroup node=0 clusters=2 cores=3 smt=2\n", "", 12},
    {"# a comment\n\ngroup cores=4 # another\ngroup node=1 cores=2 efficiency=1\n", "", 6},
    {"group\ndistance 10\ncost remote=300 wake=1\n", "", 1},
    {"", "no group: a machine has a CPU at least", 0},
    {"cpu 1\n", "line 1: 'cpu' is none of machine, group, distance, cost", 0},
    {"group\ngroup core=2\n", "line 2: group: no 'core' is known", 0},
    {"group cores=two\n", "line 1: 'cores=two': name=number", 0},
    {"group cores=0\n", "line 1: group: none of its numbers may be 0", 0},
    {"group cores=1025\n", "line 1: group: more than 1024 CPUs", 0},
    {"group node=64\n", "line 1: group: nodes are 0 to 63", 0},
    {"group node=1\ndistance 10\n", "distance: one row for each node", 0},
    {"group\ndistance 20\n", "line 2: distance: a node's distance to itself is 10", 0},
    {"group\ndistance near\n", "line 2: distance: numbers, one for each node", 0},
    {"group\ncost steal=3\n", "line 2: cost: no 'steal' is known", 0},
};

bool holds(const Case& it) {
    Machine machine;
    const std::string fault = read_machine(it.text, machine);
    if (*it.says == 0) return fault.empty() && machine.cpus.size() == it.cpus;
    return fault.find(it.says) != std::string::npos;
}

bool built_in_holds(const BuiltIn& built_in) {
    Machine machine;
    return read_machine(built_in.text, machine).empty() && machine.name == built_in.name;
}

bool distances_hold() {
    Machine machine;
    (void)read_machine(
        "group clusters=2 cores=2 smt=2\ngroup node=1\ndistance 10 30\ndistance 30 10\n", machine);
    return machine.between(0, 0) == Distance::same && machine.between(0, 1) == Distance::sibling &&
           machine.between(0, 2) == Distance::cluster && machine.between(0, 4) == Distance::node &&
           machine.between(0, 8) == Distance::remote &&
           machine.line_cost(0, 8) == machine.costs.remote * 3 / 2;
}

}  // namespace

void check_machines(uint32_t* passed, uint32_t* failed) {
    const auto count = [&](bool good, const char* name) {
        (good ? *passed : *failed)++;
        printf("%s %u - %s\n", good ? "ok" : "not ok", *passed + *failed, name);
    };
    for (const Case& it : kCases)
        count(holds(it), *it.says == 0 ? "machine: a good text is read" : it.says);
    for (unsigned i = 0; i < kMachineCount; i++)
        count(built_in_holds(kMachines[i]), kMachines[i].name);
    count(distances_hold(), "machine: distances follow from places");
}

}  // namespace weft::sim
