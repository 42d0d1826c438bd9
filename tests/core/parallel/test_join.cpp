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
    NEEDS_RAM(64 * 1024);
    RunningSystem one(small_system(1));
    run_in(one, [] { EXPECT_EQ(fib(20), 6765u); });
    EXPECT_EQ(one.scheduler().figures().all.suspensions, 0u);
}

TEST(joins_nest_on_two_workers) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2));
    run_in(two, [] {
        for (int i = 0; i < 20; i++)
            EXPECT_EQ(fib(18), 2584u);
    });
}

TEST(a_fiber_that_yields_between_fork_and_join_finds_its_child) {
    NEEDS_RAM(1024 * 1024);
    for (uint32_t workers = 1; workers <= unit::cores(2); workers++) {
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

// Fibers that go on on other workers leave their forks behind. Nobody starts these when all fibers
// wait, so nobody may wait for them: a fork needs a fiber only once it runs.
TEST(forks_end_on_however_few_fibers) {
    NEEDS_RAM(1024 * 1024);
    for (uint32_t workers = 1; workers <= unit::cores(2); workers++) {
        RunningSystem system(small_system(workers).small_fibers(3, 3));
        for (int round = 0; round < 20; round++)
            run_in(system, [] { EXPECT_EQ(fib_with_yields(12), 144u); });
        EXPECT(system.scheduler().figures().all.no_fiber != 0);
    }
}

// Counts each of its leaves by a job that nobody waits for here.
void grow(uint32_t depth, Counter& jobs, Atomic<uint32_t>& leaves) {
    if (depth == 0)
        return run(jobs, [&leaves] { leaves.fetch_add_relaxed(1); });  // Relaxed: a count.
    (void)join([&, depth] { grow(depth - 1, jobs, leaves); },
               [&, depth] { grow(depth - 1, jobs, leaves); });
}

// Those that thieves find in passing are queued like jobs, and are none.
TEST(forks_that_spawn_leave_the_counts_of_jobs_right) {
    NEEDS_RAM(1024 * 1024);
    for (uint32_t workers = 1; workers <= unit::cores(4); workers++) {
        RunningSystem system(small_system(workers));
        for (int round = 0; round < 20; round++)
            run_in(system, [] {
                Atomic<uint32_t> leaves;
                Counter jobs;
                grow(9, jobs, leaves);
                EXPECT_OK(wait(jobs));
                EXPECT_EQ(leaves.load_relaxed(), 512u);  // Relaxed: the jobs are over.
            });
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
    NEEDS_RAM(1024 * 1024);
    RunningSystem one(small_system(1).job_slots(16));
    run_in(one, [] { EXPECT_EQ(fib(22), 17711u); });
}

// Counts what is alive, and knows whether it was moved from. Can only be moved.
struct Token {
    explicit Token(uint32_t value) : value(value) { count(1); }
    Token(Token&& other) : value(other.value) {
        other.value = 0;
        count(1);
    }
    ~Token() { count(~0u); }
    static void count(uint32_t by) { alive.fetch_add_relaxed(by); }  // Relaxed: a count.

    static Atomic<uint32_t> alive;
    uint32_t value;
    uint32_t ballast[20] = {};
};
Atomic<uint32_t> Token::alive;

// A closure and results that are no plain bytes and larger than a slot.
Token token_fib(uint32_t n) {
    if (n < 2) return Token(n);
    auto [x, y] = join(
        [n, token = Token(n)] {
            if (n % 4 == 0) yield();
            return token_fib(token.value - 1);
        },
        [token = Token(n)] { return token_fib(token.value - 2); });
    return Token(x.value + y.value);
}

TEST(closures_and_results_that_are_no_plain_bytes_are_joined) {
    NEEDS_RAM(1024 * 1024);
    for (uint32_t workers = 1; workers <= unit::cores(2); workers++) {
        RunningSystem system(small_system(workers));
        run_in(system, [] {
            for (int i = 0; i < 10; i++)
                EXPECT_EQ(token_fib(13).value, 233u);
        });
        EXPECT_EQ(Token::alive.load_relaxed(), 0u);  // Relaxed: nobody runs.
    }
}

// Joins second() with something that pushes until a thief has begun it.
template <class Second>
auto stolen(Atomic<uint32_t>& begun, Second second) {
    auto [x, y] = join(
        [&begun] {
            unit::wait_until([&begun] {
                // A push answers the thief's request.
                static_cast<void>(join([] {}, [] {}));
                return begun.load_relaxed() != 0;  // Relaxed: a look.
            });
            return 1;
        },
        second);
    EXPECT_EQ(x, 1);
    return y;
}

TEST(a_large_closure_and_a_large_result_are_joined_across_a_steal) {
    NEEDS_CORES(2);
    struct Large {
        uint32_t words[100];
    };
    RunningSystem two(small_system(2));
    run_in(two, [] {
        Atomic<uint32_t> begun;
        Large in = {};
        in.words[20] = 3;
        in.words[99] = 7;
        const Large out = stolen(begun, [&begun, in] {
            begun.store_relaxed(1);  // Relaxed: the join orders.
            return in;
        });
        EXPECT_EQ(out.words[20], 3u);
        EXPECT_EQ(out.words[99], 7u);
        begun.store_relaxed(0);  // Relaxed: nobody looks.
        const uint32_t sum = stolen(begun, [&begun, in] {
            begun.store_relaxed(1);  // Relaxed: the join orders.
            uint32_t all = 0;
            for (const uint32_t word : in.words)
                all += word;
            return all;
        });
        EXPECT_EQ(sum, 10u);
    });
    EXPECT(two.scheduler().figures().all.steals_won > 0);
}

TEST(a_join_outside_a_job_panics) {
    EXPECT_PANIC(join([] { return 1; }, [] { return 2; }));
}

}  // namespace
