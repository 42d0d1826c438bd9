// weft_sched.cpp - ours among the scheduler's peers: joins, jobs, gates, wakes, yields
// SPDX-License-Identifier: MIT
#include "join_work.hpp"
#include "pfor_work.hpp"
#include "spawn_work.hpp"
#include "wait_work.hpp"
#include "wake_work.hpp"
#include "weft_policy.hpp"

namespace bench {
namespace {

// Who has come is counted with plain stores where one worker is alone, as Boost's policy does.
template <uint32_t kWorkers>
struct WeftWaits : Weft {
    class Gate {
     public:
        void pass() {
            count_in();
            (void)weft::wait(closed_);
        }
        void await(uint32_t jobs) {
            // Relaxed: a look. The last of several workers' may be on its way into the wait.
            while (came_.load_relaxed() < jobs)
                weft::yield();
        }
        void open() { weft::decrement(closed_); }

     private:
        WEFT_ALWAYS_INLINE void count_in() {
            if constexpr (kWorkers == 1)
                came_.store_relaxed(came_.load_relaxed() + 1);  // Relaxed: nobody else writes.
            else
                came_.fetch_add_relaxed(1);  // Relaxed: a count.
        }
        weft::Counter closed_{1};
        weft::Atomic<uint32_t> came_;
    };
};

// Worker 0 would be this thread, which does not serve: so whatever is submitted wakes worker 1.
class WeftSleeper {
 public:
    template <class F>
    void submit(F f) {
        must(system_of<2>().submit(f) == weft::Status::ok);
    }
};

// As many jobs as the ring of `switch.yield.ns` has fibers.
template <uint32_t kJobs>
uint64_t yields(uint64_t count) {
    const uint64_t laps = count / kJobs + 1;
    uint64_t ns = 0;
    Weft::with_workers(1, [&ns, laps] {
        const Stopwatch watch;
        Weft::Jobs jobs;
        for (uint32_t i = 0; i < kJobs; i++)
            jobs.spawn([laps] {
                for (uint64_t lap = laps; lap > 0; lap--)
                    weft::yield();
            });
        jobs.wait();
        ns = watch.ns();
    });
    return ns * count / (laps * kJobs);
}

constexpr Variant kYields[] = {
    {"switch.yield.job.ns", yields<64>},
};
constexpr Variant kJoins[] = {
    {"join.fork.ns", joined<Weft, 1, run_fib<Weft>>, kFibForks},
    {"join.fib.w1.ms", joined<Weft, 1, run_fib<Weft>>, kMs},
    {"join.fib.w2.ms", joined<Weft, 2, run_fib<Weft>>, kMs},
    {"join.skynet.w1.ms", joined<Weft, 1, run_skynet<Weft>>, kMs},
    {"join.skynet.w2.ms", joined<Weft, 2, run_skynet<Weft>>, kMs},
    {"join.nqueens.w1.ms", joined<Weft, 1, run_nqueens<Weft>>, kMs},
    {"join.nqueens.w2.ms", joined<Weft, 2, run_nqueens<Weft>>, kMs},
    {"join.matmul.w1.ms", joined<Weft, 1, run_matmul<Weft>>, kMs},
    {"join.matmul.w2.ms", joined<Weft, 2, run_matmul<Weft>>, kMs},
};
constexpr Variant kSpawns[] = {
    {"spawn.w1.1k.ns", empty_jobs<Weft, 1, 1'000>, 1'000},
    {"spawn.w1.10k.ns", empty_jobs<Weft, 1, 10'000>, 10'000},
    {"spawn.w1.1m.ns", empty_jobs<Weft, 1, 1'000'000>, 1'000'000},
    {"spawn.w2.1k.ns", empty_jobs<Weft, 2, 1'000>, 1'000},
    {"spawn.w2.10k.ns", empty_jobs<Weft, 2, 10'000>, 10'000},
    {"spawn.w2.1m.ns", empty_jobs<Weft, 2, 1'000'000>, 1'000'000},
    {"spawn.batch.ns", empty_range<Weft, 1, 1'000'000>, 1'000'000},
};
constexpr Variant kLoops[] = {
    {"pfor.w1.us", looped<Weft, 1, kItems>, kUs},
    {"pfor.w2.us", looped<Weft, 2, kItems>, kUs},
    {"pfor.two.us", looped<Weft, 2, 2>, kUs},
};
constexpr Variant kWaits[] = {
    {"wait.w1.block.ns", blocking<WeftWaits<1>, 1>, kWaiters},
    {"wait.w1.wake.ns", waking<WeftWaits<1>, 1>, kWaiters},
    {"wait.w2.block.ns", blocking<WeftWaits<2>, 2>, kWaiters},
    {"wait.w2.wake.ns", waking<WeftWaits<2>, 2>, kWaiters},
};
constexpr Variant kWakes[] = {
    {"wake.cold.us", cold_wakes<WeftSleeper>, kUs},
};

}  // namespace

weft::Span<const Variant> weft_yields() {
    return kYields;
}
weft::Span<const Variant> weft_joins() {
    return kJoins;
}
weft::Span<const Variant> weft_spawns() {
    return kSpawns;
}
weft::Span<const Variant> weft_waits() {
    return kWaits;
}
weft::Span<const Variant> weft_wakes() {
    return kWakes;
}
weft::Span<const Variant> weft_loops() {
    return kLoops;
}

}  // namespace bench
