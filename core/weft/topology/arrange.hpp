// arrange.hpp - puts rows from any source into the order that topology.hpp shows
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/topology/topology.hpp>

namespace weft {

// Rows whose numbers only tell things apart, `node` being a MemoryNode's number: sorted, cores,
// clusters and threads numbered along them, efficiency as classes from 0, `node` an index. A
// cluster that reaches over several nodes becomes one in each. False: a row names no known node.
bool arrange(Span<CpuPlace> cpus, Span<const MemoryNode> nodes);

}  // namespace weft
