// times.hpp - a run's frame times, sorted
// SPDX-License-Identifier: MIT
#pragma once
#include "game.hpp"

namespace demo {

struct FrameTimes {
    uint64_t median_ns, percentile99_ns, worst_ns;
    uint64_t sand_ns, draw_ns;  // medians
    uint32_t late;
    uint64_t jobs, steals;
    uint32_t most_bytes;
};

FrameTimes frame_times(const Game& game);

}  // namespace demo
