// topo.hpp - what the parts of this program share
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/weft.hpp>

#include <stddef.h>

namespace topo {

constexpr size_t kMostCpus = 4096;
constexpr size_t kMostNodes = 64;

using Rows = weft::TopologyRows<kMostCpus, kMostNodes>;

// False: a message has been printed.
bool read_sysfs(const char* folder, Rows& rows, weft::Topology& out);
// Cores' worth of time that the groups in a copy of the kernel's files grant; zero: no limit.
uint32_t quota_below(const char* folder);
bool read_hwloc(weft::Span<const char* const> source, Rows& rows, weft::Topology& out);
bool read_text(const char* file, Rows& rows, weft::Topology& out);
bool read_here(Rows& rows, weft::Topology& out);

// The same picture as the text: nodes, clusters, cores, CPUs; `workers` on the CPUs of a plan.
bool draw(const char* file, const weft::Topology& topology, weft::Span<const uint16_t> workers);

}  // namespace topo
