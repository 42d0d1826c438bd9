// machine.cpp - another machine's topology: workers are grouped, and steal, as if they ran there
// SPDX-License-Identifier: MIT
#include "machine.hpp"

#include <stdio.h>

namespace demo {
namespace {

using namespace weft;

constexpr size_t kMostNodes = 16;
TopologyRows<kMostWorkers, kMostNodes> rows;
Described asked = {};  // no CPUs: the machine's own

}  // namespace

const char* read_topology(const char* text) {
    uint32_t nodes = 0, cpus = 0;
    char rest = 0;
    Text<64> grid;
    if (sscanf(text, "%ux%u%c", &nodes, &cpus, &rest) == 2) {
        grid.add("grid nodes ").add_number(nodes).add(" cores ").add_number(cpus);
        text = grid.c_str();
    }
    asked = describe(text, rows.room());
    return asked.ok() ? nullptr : error_text(asked.error);
}

void choose_workers(Options& options) {
    if (options.workers != 0) return;
    const size_t described = asked.topology.cpus.size();
    const size_t cpus = described != 0 ? described : port::busy_cores();
    options.workers = cpus < kMostWorkers ? uint32_t(cpus) : kMostWorkers;
}

Config placed(const Config& config, const Options& options) {
    const bool another = !asked.topology.cpus.empty();
    const bool enough = another || config.workers() <= port::core_count();
    return config.pinned(enough && !options.floating);
}

Status start(System& system, const Config& config, Bytes storage) {
    if (asked.topology.cpus.empty()) return system.init(config, storage);
    return system.init(config, storage, asked.topology);
}

}  // namespace demo
