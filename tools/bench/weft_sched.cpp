// weft_sched.cpp - ours among the scheduler's peers: joins, jobs, gates, wakes, yields
// SPDX-License-Identifier: MIT
//
// A system lasts as long as the process. Its second worker sleeps while other variants run; the
// first is this thread, within with_workers and not else.
#include "join_work.hpp"
#include "pfor_work.hpp"
#include "spawn_work.hpp"
#include "wait_work.hpp"
#include "wake_work.hpp"

namespace bench {
namespace {

// As users get it, but for pinning, and a fiber for each waiter of the wait group.
constexpr weft::Config config_for(uint32_t workers) {
    return weft::Config().workers(workers).pinned(true).small_fibers(16, kWaiters + 100);
}

class Running {
 public:
    explicit Running(uint32_t workers) {
        must(storage_.map(config_for(workers)) == weft::Status::ok);
        must(system_.init(config_for(workers), storage_.bytes()) == weft::Status::ok);
    }
    weft::System& system() { return system_; }

 private:
    weft::MappedStorage storage_;
    weft::System system_;
};

template <uint32_t kWorkers>
weft::System& system_of() {
    static Running running(kWorkers);
    return running.system();
}

struct Weft {
    class Jobs {
     public:
        template <class F>
        WEFT_ALWAYS_INLINE void spawn(F f) {
            weft::run(done_, f);
        }
        void wait() { must(weft::wait(done_) == weft::Status::ok); }

     private:
        weft::Counter done_;
    };

    template <class Body>
    static void with_workers(uint32_t workers, const Body& body) {
        must(workers <= 2);
        weft::System& system = workers == 1 ? system_of<1>() : system_of<2>();
        must(system.run([there = &body] { (*there)(); }) == weft::Status::ok);
    }
    template <class A, class B>
    static WEFT_ALWAYS_INLINE auto fork(A a, B b) {
        return weft::join(a, b);
    }
    // Many are joins in joins, which are faster here than jobs of a counter. f stands in the frame
    // that joins. Sums go item by item, each beside all that follow: the fastest for skynet.
    template <class F>
    static uint64_t sum(uint32_t n, F f) {
        return n == 0 ? 0 : sum_from(0, n, &f);
    }
    template <class F>
    static void loop(uint32_t n, F f) {
        weft::parallel_for(0, n,
                           [=](size_t begin, size_t end) { f(uint32_t(begin), uint32_t(end)); });
    }
    template <class F>
    static void range(uint32_t n, F f) {
        weft::parallel_for(0, n, [=](size_t i) { f(uint32_t(i)); });
    }
    // By halves: the fastest for matmul.
    template <class F>
    static void each(uint32_t n, F f) {
        if (n > 0) each_of(0, n, &f);
    }

 private:
    template <class F>
    static uint64_t sum_from(uint32_t begin, uint32_t end, const F* f) {
        if (end - begin == 1) return (*f)(begin);
        const auto [one, rest] =
            weft::join([=] { return (*f)(begin); }, [=] { return sum_from(begin + 1, end, f); });
        return one + rest;
    }
    template <class F>
    static void each_of(uint32_t begin, uint32_t end, const F* f) {
        if (end - begin == 1) return (*f)(begin);
        const uint32_t middle = (begin + end) / 2;
        weft::join([=] { each_of(begin, middle, f); }, [=] { each_of(middle, end, f); });
    }
};

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
