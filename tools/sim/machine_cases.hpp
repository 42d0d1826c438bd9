// machine_cases.hpp - texts of machines, good and bad, and what is said of them
// SPDX-License-Identifier: MIT
#pragma once
#include <stdint.h>

namespace weft::sim {

// Prints a line of TAP for each case, and counts.
void check_machines(uint32_t* passed, uint32_t* failed);

}  // namespace weft::sim
