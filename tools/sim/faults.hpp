// faults.hpp - a run that faults, or runs for ever without a switch point, fails
// SPDX-License-Identifier: MIT
#pragma once

namespace weft::sim {

void catch_faults();

}  // namespace weft::sim
