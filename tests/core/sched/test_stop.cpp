// test_stop.cpp - waits that are ended early, and whom a worker steals from
// SPDX-License-Identifier: MIT
#include "../system/system_fixture.hpp"

using namespace weft;

namespace {

TEST(a_stop_ends_all_waits_that_know_of_it_and_later_ones) {
    NEEDS_RAM(1024 * 1024);
    for (uint32_t workers = 1; workers <= unit::cores(2); workers++) {
        RunningSystem system(small_system(workers));
        run_in(system, [] {
            Stop stop;
            Counter never(1), done;
            Atomic<uint32_t> came;
            Stop* const at = &stop;
            Counter* const counter = &never;
            Atomic<uint32_t>* const in = &came;
            for (int i = 0; i < 30; i++)
                run(done, [=] {
                    in->fetch_add_relaxed(1);  // Relaxed: a count.
                    EXPECT_EQ(wait(*counter, *at), Status::cancelled);
                });
            while (came.load_relaxed() < 30)  // Relaxed: a look.
                yield();
            EXPECT(!stop.requested());
            stop.request();
            EXPECT_OK(wait(done));
            EXPECT_EQ(wait(never, stop), Status::cancelled);
            stop.reset();
            decrement(never);
            EXPECT_OK(wait(never, stop));
        });
    }
}

TEST(a_wait_with_a_stop_also_ends_at_its_deadline_or_when_done) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2));
    run_in(two, [] {
        Stop stop;
        Counter counter(1), done;
        EXPECT_EQ(wait(counter, stop, port::now_ns() + 100000), Status::timed_out);
        Counter* const at = &counter;
        Stop* const ending = &stop;
        run(done, [=] { EXPECT_OK(wait(*at, *ending)); });
        yield();
        decrement(counter);
        EXPECT_OK(wait(done));
        stop.reset();  // panics if a wait were still listed
    });
}

TEST(a_stop_from_a_thread_that_is_no_worker_ends_waits) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2));
    Stop stop;
    Counter never(1), done;
    Stop* const at = &stop;
    Counter* const counter = &never;
    EXPECT_OK(two.system.submit(done, [=] { EXPECT_EQ(wait(*counter, *at), Status::cancelled); }));
    stop.request();
    EXPECT_OK(wait(done));
    decrement(never);
}

TEST(a_worker_steals_only_from_whom_its_order_names) {
    NEEDS_CORES(3);
    RunningSystem three(small_system(3));
    static const uint16_t victims[] = {2};
    static const uint16_t ends[] = {1};
    static const StealOrder order = {victims, ends};
    three.scheduler().set_steal_order(1, order);
    const uintptr_t before = three.scheduler().worker(1).figures().steals_won;
    run_in(three, [] {
        Counter done;
        for (int i = 0; i < 2000; i++)
            run(done, [] {
                for (volatile int k = 0; k < 100; k = k + 1) {
                }
            });
        EXPECT_OK(wait(done));
    });
    // Worker 2 may have taken several and lent them: so no more than it had.
    const uintptr_t lent = three.scheduler().worker(2).figures().steals_won;
    EXPECT(three.scheduler().worker(1).figures().steals_won - before <= lent);
}

TEST(a_steal_order_that_makes_no_sense_panics) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2));
    static const uint16_t self[] = {1};
    static const uint16_t other[] = {0};
    static const uint16_t whole[] = {1};
    static const uint16_t none[] = {0};
    EXPECT_PANIC(two.scheduler().set_steal_order(1, {self, whole}));
    EXPECT_PANIC(two.scheduler().set_steal_order(1, {other, none}));
    EXPECT_PANIC(two.scheduler().set_steal_order(2, {other, whole}));
}

}  // namespace
