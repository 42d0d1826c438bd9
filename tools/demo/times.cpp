// times.cpp - medians and extremes of a run
// SPDX-License-Identifier: MIT
#include "times.hpp"

#include <stdlib.h>

namespace demo {
namespace {

uint64_t sorted[kMostFrames];

int order(const void* a, const void* b) {
    const uint64_t left = *static_cast<const uint64_t*>(a);
    const uint64_t right = *static_cast<const uint64_t*>(b);
    return int(left > right) - int(left < right);
}

template <class Take>
void sort_by(const Game& game, Take take) {
    for (uint32_t i = 0; i < game.retired(); i++)
        sorted[i] = take(game.record(i));
    qsort(sorted, game.retired(), sizeof sorted[0], order);
}

}  // namespace

FrameTimes frame_times(const Game& game) {
    FrameTimes times = {};
    const uint32_t count = game.retired();
    if (count == 0) return times;
    sort_by(game, [](const FrameRecord& r) { return r.sand_ns; });
    times.sand_ns = sorted[count / 2];
    sort_by(game, [](const FrameRecord& r) { return r.draw_ns; });
    times.draw_ns = sorted[count / 2];
    sort_by(game, [](const FrameRecord& r) { return r.ended_ns - r.begun_ns; });
    times.median_ns = sorted[count / 2];
    times.percentile99_ns = sorted[count * 99ull / 100];
    times.worst_ns = sorted[count - 1];
    for (uint32_t i = 0; i < count; i++) {
        const FrameRecord& record = game.record(i);
        times.late += record.ended_ns - record.begun_ns > kBudgetNs;
        times.jobs += record.jobs;
        times.steals += record.steals;
        if (record.bytes > times.most_bytes) times.most_bytes = record.bytes;
    }
    return times;
}

}  // namespace demo
