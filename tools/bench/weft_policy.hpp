// weft_policy.hpp - ours, as workloads say it
// SPDX-License-Identifier: MIT
//
// A system lasts as long as the process. Its second worker sleeps while other variants run; the
// first is this thread, within with_workers and not else.
#pragma once
#include "bench.hpp"
#include "wait_work.hpp"

namespace bench {

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

// The job that loops stays on worker 0, so that a row is settled where it was in the last loop: one
// that sleeps at the end of a loop would go on where its other half ended, and rows with it.
struct WeftTied : Weft {
    template <class Body>
    static void with_workers(uint32_t workers, const Body& body) {
        Weft::with_workers(workers, [there = &body] {
            weft::Counter done;
            must(weft::run_on(0, done, [there] { (*there)(); }) == weft::Status::ok);
            must(weft::wait(done) == weft::Status::ok);
        });
    }
};

}  // namespace bench
