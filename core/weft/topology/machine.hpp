// machine.hpp - the machine that this program runs on, as a table
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/base/status.hpp>
#include <weft/topology/topology.hpp>

namespace weft {

// Asks the port, and puts the answer in order. exhausted: more CPUs or nodes than there is room
// for; bad_topology: what the port says breaks a rule.
Status read_machine(const TopologyRoom& room, Topology* out);

}  // namespace weft
