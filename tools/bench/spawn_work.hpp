// spawn_work.hpp - empty jobs that share one counter: spawn them, run them, wait for them
// SPDX-License-Identifier: MIT
//
// A policy P offers with_workers as in join_work.hpp, and
//
//   P::Jobs jobs; jobs.spawn(f); jobs.wait();   f() runs on any worker before wait() returns
//   P::range(n, f)                              f(0) ... f(n - 1) as one job, split if somebody
//   idles
#pragma once
#include "bench.hpp"

namespace bench {

template <class P, class Job>
void spawn_and_wait(uint32_t jobs, Job job) {
    typename P::Jobs all;
    for (uint32_t i = 0; i < jobs; i++)
        all.spawn(job);
    all.wait();
}

// Every job runs, and once; on the way sleeping workers come awake.
template <class P>
void check_spawns() {
    constexpr uint32_t kMany = 20'000;
    weft::Atomic<uint32_t> ran;
    // Relaxed: only the sum counts. Pairs with nothing: the wait orders it before the load below.
    spawn_and_wait<P>(kMany, [&ran] { ran.fetch_add_relaxed(1); });
    // Relaxed: as above.
    must(ran.load_relaxed() == kMany);
}

template <class P, uint32_t kWorkers, uint32_t kJobs>
uint64_t empty_jobs(uint64_t count) {
    uint64_t ns = 0;
    P::with_workers(kWorkers, [&ns, count] {
        check_spawns<P>();
        const Stopwatch watch;
        for (uint64_t i = 0; i < count; i++)
            spawn_and_wait<P>(kJobs, [] {});
        ns = watch.ns();
    });
    return ns;
}

template <class P, uint32_t kWorkers, uint32_t kItems>
uint64_t empty_range(uint64_t count) {
    uint64_t ns = 0;
    P::with_workers(kWorkers, [&ns, count] {
        const Stopwatch watch;
        for (uint64_t i = 0; i < count; i++)
            P::range(kItems, [](uint32_t item) { asm volatile("" ::"r"(item)); });
        ns = watch.ns();
    });
    return ns;
}

}  // namespace bench
