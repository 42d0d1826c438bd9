// steal_work.hpp - work of very different lengths, all of it made by one worker
// SPDX-License-Identifier: MIT
//
// Policies offer with_workers, and Jobs as in spawn_work.hpp or loop as in pfor_work.hpp. Lengths
// are drawn so that a few are a hundred times as long as most: whoever is given its share at the
// start has too much or too little.
#pragma once
#include "bench.hpp"

namespace bench {

constexpr uint32_t kUneven = 1'000;

// Rounds of a generator: the more zeros a number ends in, the longer.
inline uint32_t length_of(uint32_t number) {
    const uint32_t drawn = (number + 1) * 2654435761u;
    return 100u << (__builtin_ctz(drawn >> 16 | 256));
}

inline void work_on(uint32_t number) {
    uint32_t state = number;
    for (uint32_t i = length_of(number); i > 0; i--)
        asm volatile("" : "+r"(state = state * 1664525 + 1013904223));
}

template <class P>
void uneven_jobs() {
    typename P::Jobs jobs;
    for (uint32_t i = 0; i < kUneven; i++)
        jobs.spawn([i] { work_on(i); });
    jobs.wait();
}

// The long ones stand at the end.
template <class P>
void uneven_loop() {
    P::loop(kUneven, [](uint32_t begin, uint32_t end) {
        for (uint32_t i = begin; i < end; i++)
            for (uint32_t repeat = i < kUneven * 9 / 10 ? 1 : 30; repeat > 0; repeat--)
                work_on(i % 50);
    });
}

template <class P, uint32_t kWorkers, void (*kWork)()>
uint64_t stolen(uint64_t count) {
    uint64_t ns = 0;
    P::with_workers(kWorkers, [&ns, count] {
        kWork();
        const Stopwatch watch;
        for (uint64_t i = 0; i < count; i++)
            kWork();
        ns = watch.ns();
    });
    return ns;
}

}  // namespace bench
