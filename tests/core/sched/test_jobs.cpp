// test_jobs.cpp - jobs and counters: run, wait, nest, block, wake, yield
// SPDX-License-Identifier: MIT
#include "../system/system_fixture.hpp"

using namespace weft;

namespace {

void add(Atomic<uint32_t>& to) {
    to.fetch_add_relaxed(1);  // Relaxed: a count.
}

TEST(every_job_runs_once_before_its_counter_is_complete) {
    for (uint32_t workers = 1; workers <= unit::cores(2); workers++) {
        RunningSystem system(small_system(workers));
        run_in(system, [] {
            Atomic<uint32_t> ran;
            Atomic<uint32_t>* const count = &ran;
            for (uint32_t n = 1; n <= 20000; n = n * 3 + 1) {
                Counter done;
                ran.store_relaxed(0);  // Relaxed: nobody else runs.
                for (uint32_t i = 0; i < n; i++)
                    run(done, [count] { add(*count); });
                EXPECT_OK(wait(done));
                EXPECT_EQ(ran.load_relaxed(), n);  // Relaxed: the wait ordered it.
            }
        });
    }
}

TEST(fibers_block_on_one_counter_and_all_are_woken) {
    NEEDS_RAM(1024 * 1024);
    for (uint32_t workers = 1; workers <= unit::cores(2); workers++) {
        RunningSystem system(small_system(workers));
        run_in(system, [] {
            Counter gate(1), done;
            Counter* const at = &gate;
            Atomic<uint32_t> came, went;
            Atomic<uint32_t>*const in = &came, *const out = &went;
            for (int i = 0; i < 40; i++)
                run(done, [=] {
                    add(*in);
                    EXPECT_OK(wait(*at));
                    add(*out);
                });
            while (came.load_acquire() < 40)  // Acquire: pairs with nothing, a look.
                yield();
            EXPECT_EQ(went.load_relaxed(), 0u);  // Relaxed: a look.
            decrement(gate);
            EXPECT_OK(wait(done));
            EXPECT_EQ(went.load_relaxed(), 40u);  // Relaxed: the wait ordered it.
        });
    }
}

// Many rounds, so that fibers that were kept would be missed.
TEST(fibers_that_end_elsewhere_come_home) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2));
    run_in(two, [] {
        for (uint32_t round = 0; round < 200; round++) {
            Counter gate(1), done;
            Counter* const at = &gate;
            for (int i = 0; i < 40; i++)
                run(done, [=] { EXPECT_OK(wait(*at)); });
            yield();
            decrement(gate);
            EXPECT_OK(wait(done));
        }
    });
    EXPECT_OK(two.system.shutdown());
    for (uint32_t i = 0; i < 2; i++)
        EXPECT_EQ(two.scheduler().worker(i).fibers().in_use(), 0u);
}

TEST(a_wait_with_a_deadline_ends_at_it) {
    NEEDS_CORES(2);
    RunningSystem system(small_system(2));
    run_in(system, [] {
        Counter never(1);
        const uint64_t start = port::now_ns();
        EXPECT_EQ(wait_until(never, start + 2000000), Status::timed_out);
        EXPECT(port::now_ns() - start >= 2000000);
        decrement(never);
        EXPECT_OK(wait_until(never, 0));
    });
}

TEST(a_thread_that_is_no_worker_waits_too) {
    NEEDS_CORES(2);
    RunningSystem system(small_system(2));
    Counter done;
    for (int i = 0; i < 100; i++)
        EXPECT_OK(system.system.submit(done, [] {}));
    EXPECT_OK(wait(done));
}

TEST(a_yield_lets_queued_jobs_run_first) {
    RunningSystem one(small_system(1));
    run_in(one, [] {
        Counter done;
        bool ran = false;
        bool* const flag = &ran;
        run(done, [flag] { *flag = true; });
        for (int i = 0; i < 3 && !ran; i++)
            yield();
        EXPECT(ran);
        EXPECT_OK(wait(done));
    });
}

TEST(a_failed_job_still_releases_its_counter_and_says_so) {
    RunningSystem one(small_system(1));
    run_in(one, [] {
        Counter done;
        run(done, [] { return Status::exhausted; });
        run(done, [] { return Status::ok; });
        EXPECT_EQ(wait(done), Status::exhausted);
        done.reset();
        EXPECT_OK(wait(done));
    });
}

TEST(decrementing_below_zero_panics) {
    Counter counter(2);
    decrement(counter, 2);
    EXPECT_PANIC(decrement(counter));
}

}  // namespace
