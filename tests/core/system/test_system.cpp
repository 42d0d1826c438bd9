// test_system.cpp - beginning, ending, pumping, and what is left
// SPDX-License-Identifier: MIT
#include "system_fixture.hpp"

using namespace weft;

namespace {

TEST(a_system_runs_a_job_and_returns_its_status) {
    for (uint32_t workers = 1; workers <= unit::cores(3); workers++) {
        RunningSystem system(small_system(workers));
        EXPECT_OK(system.system.run([] {}));
        EXPECT_EQ(system.system.run([] { return Status::exhausted; }), Status::exhausted);
    }
}

TEST(a_pump_runs_no_more_than_its_budget_and_never_sleeps) {
    RunningSystem one(small_system(1));
    uint32_t ran = 0;
    uint32_t* const count = &ran;
    for (int i = 0; i < 5; i++)
        EXPECT_OK(one.system.submit([count] { ++*count; }));
    EXPECT_EQ(one.system.pump(2), 2u);
    EXPECT_EQ(ran, 2u);
    EXPECT_EQ(one.system.pump(), 3u);
    EXPECT_EQ(ran, 5u);
    EXPECT_EQ(one.system.pump(), 0u);
}

TEST(a_pump_goes_on_with_fibers_that_wait) {
    RunningSystem one(small_system(1));
    Counter gate(1), done;
    Counter* const at = &gate;
    EXPECT_OK(one.system.submit(done, [at] { EXPECT_OK(wait(*at)); }));
    EXPECT(one.system.pump() >= 1);
    EXPECT(!done.complete());
    decrement(gate);
    EXPECT(one.system.pump() >= 1);
    EXPECT(done.complete());
}

TEST(a_shutdown_drains_what_is_queued_and_suspended) {
    NEEDS_RAM(1024 * 1024);
    for (uint32_t workers = 1; workers <= unit::cores(2); workers++) {
        RunningSystem system(small_system(workers));
        Atomic<uint32_t> ran;
        Atomic<uint32_t>* const count = &ran;
        for (int i = 0; i < 100; i++)
            EXPECT_OK(system.system.submit([count] {
                yield();
                count->fetch_add_relaxed(1);  // Relaxed: a count.
            }));
        EXPECT_OK(system.system.shutdown());
        EXPECT_EQ(ran.load_relaxed(), 100u);  // Relaxed: the cores have ended.
    }
}

TEST(a_shutdown_that_times_out_says_what_was_left) {
    RunningSystem one(small_system(1));
    AbandonedCounter never;
    Counter* const at = never.counter();
    for (int i = 0; i < 3; i++)
        EXPECT_OK(one.system.submit([at] { (void)wait(*at); }));
    EXPECT(one.system.pump() >= 3);
    EXPECT_OK(one.system.submit([at] { decrement(*at); }, Priority::low));
    Left left;
    EXPECT_EQ(one.system.shutdown(port::now_ns(), &left), Status::not_drained);
    EXPECT_EQ(left.jobs, 1u);
    EXPECT_EQ(left.fibers, 3u);
}

TEST(a_full_injector_refuses_and_counts_it) {
    RunningSystem one(small_system(1).injector_slots(4));
    Counter done;
    for (int i = 0; i < 4; i++)
        EXPECT_OK(one.system.submit(done, [] {}));
    EXPECT_EQ(one.system.submit(done, [] {}), Status::exhausted);
    EXPECT_OK(one.system.submit(
        done, [] {}, Priority::high));  // another injector
    EXPECT_EQ(one.system.figures().injector_full, 1u);
    EXPECT_EQ(one.system.pump(), 5u);
    EXPECT(done.complete());
}

TEST(a_decrement_from_an_interrupt_wakes_the_waiters_later) {
    RunningSystem one(small_system(1));
    Counter gate(2), done;
    Counter* const at = &gate;
    EXPECT_OK(one.system.submit(done, [at] { EXPECT_OK(wait(*at)); }));
    (void)one.system.pump();
    one.system.decrement_from_interrupt(gate);
    one.system.decrement_from_interrupt(gate);
    EXPECT(!gate.complete());
    (void)one.system.pump();
    EXPECT(gate.complete() && done.complete());
}

TEST(a_system_that_was_shut_down_can_be_made_again) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2));
    for (int i = 0; i < 3; i++) {
        EXPECT_OK(two.system.run([] {}));
        EXPECT_OK(two.system.shutdown());
        EXPECT_OK(two.system.init(small_system(2), two.storage.bytes()));
    }
}

TEST(a_job_for_one_worker_runs_there_or_is_refused) {
    RunningSystem one(small_system(1).injector_slots(2));
    Counter done;
    EXPECT_OK(one.system.submit_to(0, done, [] { EXPECT_EQ(Worker::current()->index(), 0u); }));
    EXPECT_OK(one.system.submit_to(0, done, [] {}));
    EXPECT_EQ(one.system.submit_to(0, done, [] {}), Status::exhausted);
    EXPECT_EQ(one.system.pump(), 2u);
    EXPECT(done.complete());
    EXPECT_PANIC((void)one.system.submit_to(1, done, [] {}));
    decrement(done);
}

TEST(a_system_without_memory_for_a_scheduler_is_refused) {
    const Config config = small_system(1).job_slots(0);
    MappedStorage storage;
    EXPECT_OK(storage.map(config));
    System system;
    EXPECT_EQ(system.init(config, storage.bytes()), Status::bad_config);
}

// One of two fibers stays on the other worker, and the other is on its way while a run begins.
TEST(a_run_begins_once_a_fiber_has_come_home) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2).small_fibers(1, 2));
    constexpr uint32_t kRuns = unit::kModelSteps / 50;
    uint32_t ran = 0;
    for (uint32_t i = 0; i < kRuns; i++)
        run_in(two, [&ran] {
            Counter done;
            EXPECT_OK(run_on(1, done, [] {}));
            EXPECT_OK(wait(done));
            ran++;
        });
    EXPECT_EQ(ran, kRuns);
}

// As in a program's static memory, where nobody would call the destructor either.
TEST(what_lasts_is_not_destroyed) {
    struct Told {
        bool* at = nullptr;
        ~Told() { *at = true; }
    };
    bool destroyed = false;
    {
        Lasting<Told> lasting;
        lasting.object.at = &destroyed;
    }
    EXPECT(!destroyed);
}

}  // namespace
