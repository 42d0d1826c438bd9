// test_join.cpp - fork and join: unstolen, stolen, across waits and workers
// SPDX-License-Identifier: MIT
#include "../system/system_fixture.hpp"

using namespace weft;

namespace {

uint32_t fib(uint32_t n) {
    if (n < 2) return n;
    auto [x, y] = join([n] { return fib(n - 1); }, [n] { return fib(n - 2); });
    return x + y;
}

// Yields in the middle, so that others use the deque between push and join.
uint32_t fib_with_yields(uint32_t n) {
    if (n < 2) return n;
    auto [x, y] = join(
        [n] {
            if (n % 3 == 0) yield();
            return fib_with_yields(n - 1);
        },
        [n] { return fib_with_yields(n - 2); });
    return x + y;
}

TEST(a_join_returns_both_results) {
    RunningSystem one(small_system(1));
    run_in(one, [] {
        auto [x, y] = join([] { return 3; }, [] { return 4u; });
        EXPECT_EQ(x, 3);
        EXPECT_EQ(y, 4u);
        bool ran = false;
        auto [nothing, z] = join([&ran] { ran = true; }, [] { return 'z'; });
        (void)nothing;
        EXPECT(ran);
        EXPECT_EQ(z, 'z');
    });
}

TEST(joins_nest_on_one_worker_without_a_steal_or_a_switch) {
    RunningSystem one(small_system(1));
    run_in(one, [] { EXPECT_EQ(fib(20), 6765u); });
    EXPECT_EQ(one.scheduler().figures().all.suspensions, 0u);
}

TEST(joins_nest_on_two_workers) {
    RunningSystem two(small_system(2));
    run_in(two, [] {
        for (int i = 0; i < 20; i++)
            EXPECT_EQ(fib(18), 2584u);
    });
}

TEST(a_fiber_that_yields_between_fork_and_join_finds_its_child) {
    for (uint32_t workers = 1; workers <= 2; workers++) {
        RunningSystem system(small_system(workers));
        run_in(system, [] {
            Counter done;
            for (int i = 0; i < 8; i++)
                run(done, [] { EXPECT_EQ(fib_with_yields(12), 144u); });
            EXPECT_OK(wait(done));
        });
        EXPECT(system.scheduler().worker(0).invariants_hold());
    }
}

TEST(a_job_pushed_between_fork_and_join_is_not_lost) {
    RunningSystem one(small_system(1));
    run_in(one, [] {
        Counter done;
        uint32_t ran = 0;
        uint32_t* const count = &ran;
        Counter* const counter = &done;
        auto [x, y] = join(
            [=] {
                run(*counter, [count] { ++*count; });
                return 1;
            },
            [] { return 2; });
        EXPECT_EQ(x + y, 3);
        EXPECT_OK(wait(done));
        EXPECT_EQ(ran, 1u);
    });
}

TEST(a_join_with_a_full_deque_runs_both_in_place) {
    RunningSystem one(small_system(1).job_slots(16));
    run_in(one, [] { EXPECT_EQ(fib(22), 17711u); });
}

TEST(a_join_outside_a_job_panics) {
    EXPECT_PANIC(join([] { return 1; }, [] { return 2; }));
}

}  // namespace
