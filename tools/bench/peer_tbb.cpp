// peer_tbb.cpp - the peer: oneTBB's task groups, arenas and loops
// SPDX-License-Identifier: MIT
//
// A task_group for each fork is TBB's fastest public way on two workers: parallel_invoke takes as
// long, run_and_wait is slower, and a context shared by all groups wins on one worker only.
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>
#include <oneapi/tbb/task_scheduler_observer.h>

#include "join_work.hpp"
#include "pfor_work.hpp"
#include "spawn_work.hpp"
#include "wake_work.hpp"

namespace bench {
namespace {

thread_local uint32_t pinned_to = ~0u;

// Each thread that enters the arena goes to the CPU of its place in it, or to the lowest that it
// may use: a lone worker's place may be 1. TBB counts the CPUs of the thread that asks first, which
// is this one, pinned to one; without the control it would start no worker.
class Pinned : public tbb::task_scheduler_observer {
 public:
    Pinned(tbb::task_arena& arena, uint32_t lowest)
        : tbb::task_scheduler_observer(arena), lowest_(lowest) {
        observe(true);
    }
    ~Pinned() override { observe(false); }

    void on_scheduler_entry(bool) override {
        const uint32_t place = uint32_t(tbb::this_task_arena::current_thread_index());
        const uint32_t slot = (place < lowest_ ? lowest_ : place) % weft::port::core_count();
        if (slot == pinned_to)
            return;  // an entry is on the way to a job: no system call for nothing
        must(weft::port::pin_self(slot));
        pinned_to = slot;
    }

 private:
    tbb::global_control enough_{tbb::global_control::max_allowed_parallelism, 2};
    uint32_t lowest_;
};

struct Tbb {
    class Jobs {
     public:
        template <class F>
        void spawn(F f) {
            group_.run(f);
        }
        void wait() { group_.wait(); }

     private:
        tbb::task_group group_;
    };

    template <class Body>
    static void with_workers(uint32_t workers, Body body) {
        tbb::task_arena arena(int(workers), 1);
        const Pinned pinned(arena, 0);
        arena.execute(body);
    }
    template <class A, class B>
    static auto fork(A a, B b) {
        struct Both {
            decltype(a()) first;
            decltype(b()) second;
        } both;
        tbb::task_group group;
        group.run([&] { both.first = a(); });
        both.second = b();
        group.wait();
        return both;
    }
    template <class F>
    static void each(uint32_t n, F f) {
        if (n == 0) return;
        tbb::task_group group;
        for (uint32_t i = 1; i < n; i++)
            group.run([&f, i] { f(i); });
        f(0);
        group.wait();
    }
    template <class F>
    static uint64_t sum(uint32_t n, F f) {
        uint64_t parts[16];
        each(n, [&](uint32_t i) { parts[i] = f(i); });
        uint64_t total = 0;
        for (uint32_t i = 0; i < n; i++)
            total += parts[i];
        return total;
    }
    template <class F>
    static void range(uint32_t n, F f) {
        tbb::parallel_for(uint32_t(0), n, f);
    }
    template <class F>
    static void loop(uint32_t n, F f) {
        tbb::parallel_for(
            tbb::blocked_range<uint32_t>(0, n),
            [f](const auto& part) { f(part.begin(), part.end()); }, tbb::static_partitioner());
    }
};

class TbbSleeper {
 public:
    template <class F>
    void submit(F f) {
        arena_.enqueue(f);
    }

 private:
    tbb::task_arena arena_{1, 0};  // no place for this thread
    Pinned pinned_{arena_, 1};
};

constexpr Variant kJoins[] = {
    {"join.fib.w1.tbb.ms", joined<Tbb, 1, run_fib<Tbb>>, kMs},
    {"join.fib.w2.tbb.ms", joined<Tbb, 2, run_fib<Tbb>>, kMs},
    {"join.skynet.w1.tbb.ms", joined<Tbb, 1, run_skynet<Tbb>>, kMs},
    {"join.skynet.w2.tbb.ms", joined<Tbb, 2, run_skynet<Tbb>>, kMs},
    {"join.nqueens.w1.tbb.ms", joined<Tbb, 1, run_nqueens<Tbb>>, kMs},
    {"join.nqueens.w2.tbb.ms", joined<Tbb, 2, run_nqueens<Tbb>>, kMs},
    {"join.matmul.w1.tbb.ms", joined<Tbb, 1, run_matmul<Tbb>>, kMs},
    {"join.matmul.w2.tbb.ms", joined<Tbb, 2, run_matmul<Tbb>>, kMs},
};
constexpr Variant kSpawns[] = {
    {"spawn.w1.1k.tbb.ns", empty_jobs<Tbb, 1, 1'000>, 1'000},
    {"spawn.w1.10k.tbb.ns", empty_jobs<Tbb, 1, 10'000>, 10'000},
    {"spawn.w1.1m.tbb.ns", empty_jobs<Tbb, 1, 1'000'000>, 1'000'000},
    {"spawn.w2.1k.tbb.ns", empty_jobs<Tbb, 2, 1'000>, 1'000},
    {"spawn.w2.10k.tbb.ns", empty_jobs<Tbb, 2, 10'000>, 10'000},
    {"spawn.w2.1m.tbb.ns", empty_jobs<Tbb, 2, 1'000'000>, 1'000'000},
    {"spawn.batch.tbb.ns", empty_range<Tbb, 1, 1'000'000>, 1'000'000},
};
constexpr Variant kWakes[] = {
    {"wake.cold.tbb.us", cold_wakes<TbbSleeper>, kUs},
};
constexpr Variant kLoops[] = {
    {"pfor.w2.tbb.us", looped<Tbb, 2, kItems>, kUs},
    {"pfor.two.tbb.us", looped<Tbb, 2, 2>, kUs},
};

}  // namespace

weft::Span<const Variant> tbb_joins() {
    return kJoins;
}
weft::Span<const Variant> tbb_spawns() {
    return kSpawns;
}
weft::Span<const Variant> tbb_wakes() {
    return kWakes;
}
weft::Span<const Variant> tbb_loops() {
    return kLoops;
}

}  // namespace bench
