// wake_work.hpp - from outside to a sleeping worker: submit to the job's first instruction
// SPDX-License-Identifier: MIT
//
// A policy P is made on the caller's CPU (slot 0) and keeps one worker on slot 1:
//
//   static P sleeper; sleeper.submit(f);   f() runs on that worker; the caller goes on at once
//
// Before each submit the worker sleeps in the kernel, for long enough that its CPU idles too. A
// round's figure is the median of its wakes: a few come milliseconds late on a shared machine.
#pragma once
#include <sched.h>

#include "bench.hpp"
#include "quiet.hpp"

namespace bench {

constexpr uint32_t kMostWakes = 1024;
// A virtual CPU falls asleep in stages: after 0.5 ms without work it still wakes sooner than here.
constexpr uint64_t kAsleepNs = 2'000'000;

inline void spin_for(uint64_t ns) {
    const Stopwatch watch;
    while (watch.ns() < ns)
        weft::port::cpu_relax();
}

template <class P>
uint64_t wake_ns(P& sleeper) {
    must(settle());
    spin_for(kAsleepNs);
    weft::Atomic<uint64_t> begun;
    int cpu = -1;
    const uint64_t submitted = weft::port::now_ns();
    sleeper.submit([&begun, &cpu] {
        const uint64_t now = weft::port::now_ns();
        cpu = sched_getcpu();
        // Release: hands the moment over. Pairs with the acquire below.
        begun.store_release(now);
    });
    // Acquire: pairs with the release above.
    while (begun.load_acquire() == 0)
        weft::port::cpu_relax();
    must(cpu != sched_getcpu());  // else pinning failed, and it was no wake across CPUs
    // Acquire: as above.
    return begun.load_acquire() - submitted;
}

uint64_t median(uint64_t* values, uint32_t count);

template <class P>
uint64_t cold_wakes(uint64_t count) {
    static uint64_t samples[kMostWakes];
    must(count <= kMostWakes);
    static P sleeper;
    for (uint64_t i = 0; i < count; i++)
        samples[i] = wake_ns(sleeper);
    return median(samples, uint32_t(count)) * count;
}

}  // namespace bench
