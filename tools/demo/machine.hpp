// machine.hpp - which machine the workers take this one for, and how many there are
// SPDX-License-Identifier: MIT
#pragma once
#include "options.hpp"

namespace demo {

// As in "2x4": nodes, and CPUs in each; or a description (core/weft/topology/describe.hpp). Null,
// or what is wrong with it.
const char* read_topology(const char* text);
// One worker for each CPU of the machine, or of the topology that was asked for.
void choose_workers(Options& options);
// Workers are tied to CPUs where there are enough of them, unless they are to float.
weft::Config placed(const weft::Config& config, const Options& options);
// On the topology that was asked for, or on the machine's own.
weft::Status start(weft::System& system, const weft::Config& config, weft::Bytes storage);

}  // namespace demo
