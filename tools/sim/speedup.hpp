// speedup.hpp - the library's speed on machines that nobody here owns
// SPDX-License-Identifier: MIT
#pragma once

namespace weft::sim {

// Times each workload on each built-in machine, or on one that a file describes, and prints
// "metric value" lines; with `table`, for people. Zero if all ran.
int time_machines(const char* file, bool table);

}  // namespace weft::sim
