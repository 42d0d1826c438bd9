// tbb_policy.hpp - oneTBB, as workloads say it: task groups, arenas, loops
// SPDX-License-Identifier: MIT
//
// A task_group for each fork is TBB's fastest public way on two workers: parallel_invoke takes as
// long, run_and_wait is slower, and a context shared by all groups wins on one worker only.
#pragma once
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>
#include <oneapi/tbb/task_scheduler_observer.h>
#include <unistd.h>

#include "bench.hpp"

namespace bench {

inline thread_local uint32_t pinned_to = ~0u;

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
        arena.execute([workers, &body] {
            gather(workers);
            body();
        });
    }
    // A thread of TBB's starts on the CPU of who needed it first, and reaches the observer that
    // ties it to another only when that CPU is free: so this thread sleeps until all have come.
    static void gather(uint32_t workers) {
        weft::Atomic<uint32_t> came(1);
        tbb::task_group group;
        for (uint32_t i = 1; i < workers; i++)
            group.run([&came] {
                // Relaxed: a count. Pairs with nothing: the wait below orders all else.
                came.fetch_add_relaxed(1);
            });
        // Relaxed: as above.
        while (came.load_relaxed() < workers)
            usleep(100);
        group.wait();
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

// A loop that its users write without a thought: TBB cuts it as it sees fit.
struct TbbAuto : Tbb {
    template <class F>
    static void loop(uint32_t n, F f) {
        tbb::parallel_for(tbb::blocked_range<uint32_t>(0, n),
                          [f](const auto& part) { f(part.begin(), part.end()); });
    }
};

}  // namespace bench
