// topology.hpp - mps2_an521: two equal cores beside its memory
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/topology/rules.hpp>

namespace board {

// clang-format off
inline constexpr weft::CpuPlace kCpus[] = {
    // cpu smt core cluster node efficiency
    {  0,   0,   0,    0,      0,   0 },
    {  1,   0,   1,    0,      0,   0 },
};
inline constexpr weft::MemoryNode kNodes[] = {
    // bytes, page, large page, number
    { 4 * 1024 * 1024, 0, 0, 0 },
};
// clang-format on
inline constexpr weft::Topology kTopology = {kCpus, kNodes, {}, true};
static_assert(weft::first_broken_rule(kTopology) == weft::TopologyRule::none, "see rules.hpp");

}  // namespace board
