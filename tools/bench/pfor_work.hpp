// pfor_work.hpp - a loop over a million trivial items, and a call on two
// SPDX-License-Identifier: MIT
//
// A policy P offers with_workers as in join_work.hpp, and
//
//   P::loop(n, f)   f(begin, end) on parts of [0, n), each item once
//
// 8 MB of floats: past the second-level caches, within the third.
#pragma once
#include "bench.hpp"
#include "kernels.hpp"

namespace bench {

constexpr uint32_t kItems = 1'000'000;

struct Loop {
    alignas(64) float x[kItems];
    alignas(64) float y[kItems];

    void fill() {
        for (uint32_t i = 0; i < kItems; i++) {
            x[i] = float(i % 3);
            y[i] = 0;
        }
    }
    // After `calls` times y += x.
    bool right(uint32_t items, uint64_t calls) const {
        for (uint32_t i = 0; i < items; i++)
            if (y[i] != float(i % 3 * calls)) return false;
        return true;
    }
};

Loop& the_loop();

template <class P, uint32_t kWorkers, uint32_t kCount>
uint64_t looped(uint64_t count) {
    constexpr uint64_t kWarm = 100;
    Loop& loop = the_loop();
    const auto call = [&loop] {
        P::loop(kCount, [&loop](uint32_t begin, uint32_t end) {
            add_scaled(loop.y, loop.x, 1, begin, end);
        });
    };
    loop.fill();
    uint64_t ns = 0;
    P::with_workers(kWorkers, [&ns, call, count] {
        for (uint64_t i = 0; i < kWarm; i++)
            call();
        const Stopwatch watch;
        for (uint64_t i = 0; i < count; i++)
            call();
        ns = watch.ns();
    });
    must(loop.right(kCount, count + kWarm));
    return ns;
}

}  // namespace bench
