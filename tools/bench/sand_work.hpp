// sand_work.hpp - a frame of the demo's sand: 100,000 grains, 32 passes, a loop over rows of blocks
// each SPDX-License-Identifier: MIT
//
// A policy P offers with_workers and loop as in pfor_work.hpp. Every pass is a loop of some 240
// rows that differ: most of what is empty is skipped. The kernel (tools/demo/sand.cpp) is compiled
// once.
#pragma once
#include "../demo/scene.hpp"
#include "bench.hpp"

namespace bench {

constexpr uint32_t kSandPasses = 32;

// A world in which all hoppers have been flowing for a while, made once; and one to go on with.
const demo::Sand& sand_at_start();
demo::Sand& sand_at_work();
// After so many frames without any library.
uint32_t sand_checksum(uint32_t frames);

template <class P>
void sand_frame(demo::Sand& sand) {
    for (uint32_t pass = 0; pass < kSandPasses; pass++) {
        const uint32_t number = sand.passes() + 1;
        P::loop(demo::Sand::block_rows(number), [&sand, number](uint32_t begin, uint32_t end) {
            sand.settle_rows(number, begin, end);
        });
        sand.count_passes(1);
    }
}

// Goes back to the start before the hoppers are empty.
template <class P, uint32_t kWorkers>
uint64_t sanded(uint64_t count) {
    constexpr uint32_t kChecked = 2, kMostFrames = 60;
    demo::Sand& sand = sand_at_work();
    uint64_t ns = 0;
    P::with_workers(kWorkers, [&sand, &ns, count] {
        sand = sand_at_start();
        for (uint32_t i = 0; i < kChecked; i++)
            sand_frame<P>(sand);
        must(sand.checksum() == sand_checksum(kChecked));
        const Stopwatch watch;
        for (uint64_t i = 0; i < count; i++) {
            if (i % kMostFrames == kMostFrames - 1) sand = sand_at_start();
            sand_frame<P>(sand);
        }
        ns = watch.ns();
    });
    return ns;
}

}  // namespace bench
