// transform_work.hpp - the demo's mobile: 4,681 places in five levels, each level a loop
// SPDX-License-Identifier: MIT
//
// A policy P offers with_workers and loop as in pfor_work.hpp. Some ten microseconds of work: what
// counts is what a small loop costs.
#pragma once
#include "../demo/mobile.hpp"
#include "bench.hpp"

namespace bench {

const demo::Mobile& the_mobile();
demo::Place* the_places();

template <class P>
void place_all(uint32_t frame) {
    const demo::Mobile& mobile = the_mobile();
    demo::Place* const places = the_places();
    for (uint32_t level = 0; level < demo::Mobile::kLevels; level++) {
        const uint32_t first = demo::Mobile::first_of(level);
        P::loop(demo::Mobile::first_of(level + 1) - first,
                [&mobile, places, first, frame](uint32_t begin, uint32_t end) {
                    mobile.place(frame, places, first + begin, first + end);
                });
    }
}

template <class P, uint32_t kWorkers>
uint64_t transformed(uint64_t count) {
    uint64_t ns = 0;
    P::with_workers(kWorkers, [&ns, count] {
        const Stopwatch watch;
        for (uint64_t i = 0; i < count; i++)
            place_all<P>(uint32_t(i));
        ns = watch.ns();
        const demo::Place last = the_places()[demo::Mobile::kNodes - 1];
        the_mobile().place(uint32_t(count - 1), the_places(), 0, demo::Mobile::kNodes);
        must(last.x == the_places()[demo::Mobile::kNodes - 1].x);
    });
    return ns;
}

}  // namespace bench
