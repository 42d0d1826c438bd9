// machine.hpp - how many workers, and who steals from whom first
// SPDX-License-Identifier: MIT
#pragma once
#include "options.hpp"

namespace demo {

// One worker for each CPU of the machine, or of the topology that was asked for.
void choose_workers(Options& options);
// Workers of one node steal from each other first.
void set_steal_orders(weft::System& system, const Options& options);

}  // namespace demo
