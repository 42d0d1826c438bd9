// latency_work.hpp - one job and its wait; a chain of jobs, each of which spawns the next
// SPDX-License-Identifier: MIT
//
// A policy P offers with_workers and Jobs as in spawn_work.hpp. Workers are awake: a sleeping one
// is the wake group's matter.
#pragma once
#include "spawn_work.hpp"

namespace bench {

constexpr uint32_t kLinks = 1'000;

template <class Jobs>
struct Link {
    Jobs* jobs;
    uint32_t left;

    void operator()() const {
        if (left > 0) jobs->spawn(Link{jobs, left - 1});
    }
};

template <class P>
void run_chain() {
    typename P::Jobs jobs;
    jobs.spawn(Link<typename P::Jobs>{&jobs, kLinks - 1});
    jobs.wait();
}

template <class P, uint32_t kWorkers>
uint64_t chained(uint64_t count) {
    uint64_t ns = 0;
    P::with_workers(kWorkers, [&ns, count] {
        check_spawns<P>();
        const Stopwatch watch;
        for (uint64_t i = 0; i < count; i++)
            run_chain<P>();
        ns = watch.ns();
    });
    return ns;
}

}  // namespace bench
