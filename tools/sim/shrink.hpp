// shrink.hpp - makes a failing list of choices as tame as it can be while it still fails
// SPDX-License-Identifier: MIT
#pragma once
#include <engine.hpp>

namespace weft::sim {

// Zeroes parts of the list, large ones first, as long as the run ends with the same sort of
// failure; so many runs at most.
Outcome shrink(Body body, const Outcome& failed, const Limits& limits, uint32_t most_runs);

}  // namespace weft::sim
