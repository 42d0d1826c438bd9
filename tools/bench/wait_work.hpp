// wait_work.hpp - a thousand jobs block at one gate; it opens; they finish
// SPDX-License-Identifier: MIT
//
// A policy P offers with_workers and Jobs as in spawn_work.hpp, and
//
//   P::Gate gate; gate.pass();   blocks the calling job until the gate is open
//   gate.await(n)                returns when n jobs are blocked; runs them until then
//   gate.open()                  wakes them all; they run later
//
// `block` is to spawn a job and run it up to the gate, `wake` is to wake it, run the rest, wait.
#pragma once
#include "bench.hpp"

namespace bench {

constexpr uint32_t kWaiters = 1000;

struct WaitTimes {
    uint64_t block_ns = 0;
    uint64_t wake_ns = 0;
};

template <class P>
void block_and_wake(WaitTimes& times) {
    typename P::Gate gate;
    typename P::Jobs jobs;
    const Stopwatch watch;
    for (uint32_t i = 0; i < kWaiters; i++)
        jobs.spawn([&gate] { gate.pass(); });
    gate.await(kWaiters);
    const uint64_t blocked_ns = watch.ns();
    gate.open();
    jobs.wait();
    times.block_ns += blocked_ns;
    times.wake_ns += watch.ns() - blocked_ns;
}

template <class P, uint32_t kWorkers, uint64_t WaitTimes::*kTime>
uint64_t waiting(uint64_t count) {
    WaitTimes times;
    P::with_workers(kWorkers, [&times, count] {
        for (uint32_t i = 0; i < 4; i++)
            block_and_wake<P>(times);  // stacks come in, sleeping workers awake
        times = WaitTimes();
        for (uint64_t i = 0; i < count; i++)
            block_and_wake<P>(times);
    });
    return times.*kTime;
}

template <class P, uint32_t kWorkers>
constexpr auto blocking = waiting<P, kWorkers, &WaitTimes::block_ns>;
template <class P, uint32_t kWorkers>
constexpr auto waking = waiting<P, kWorkers, &WaitTimes::wake_ns>;

}  // namespace bench
