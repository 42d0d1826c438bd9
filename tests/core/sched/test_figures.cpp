// test_figures.cpp - figures are exact once the work is over
// SPDX-License-Identifier: MIT
#include "../system/system_fixture.hpp"

using namespace weft;

namespace {

TEST(every_job_is_counted_where_it_came_from_and_as_completed) {
    for (uint32_t workers = 1; workers <= unit::cores(2); workers++) {
        RunningSystem system(small_system(workers).job_slots(32));
        Counter outside;
        for (uint32_t i = 0; i < 5; i++)
            EXPECT_OK(system.system.submit(outside, [] {}));
        run_in(system, [] {
            for (uint32_t n = 0; n < 50; n++) {
                Counter done;
                for (uint32_t i = 0; i < n; i++)
                    run(done, [i] {
                        if (i % 4 == 0) yield();
                    });
                EXPECT_OK(wait(done));
            }
        });
        while (!outside.complete())
            (void)system.system.pump();
        // The first job says that it is over before it is counted, perhaps by the other worker,
        // which then settles.
        constexpr uintptr_t kSpawned = 49u * 50 / 2;
        constexpr uintptr_t kJobs = kSpawned + 5 + 1;
        unit::wait_until([&] {
            const WorkerFigures now = system.scheduler().figures().all;
            return now.jobs_completed >= kJobs && now.local_pushes + now.run_in_place == kSpawned;
        });
        const SchedulerFigures figures = system.scheduler().figures();
        const WorkerFigures& all = figures.all;
        EXPECT_EQ(all.local_pushes + all.run_in_place, kSpawned);
        EXPECT_EQ(figures.injector_pushes, 5u);
        EXPECT_EQ(all.injector_pops, 5u);
        EXPECT_EQ(all.inbox_pops, 1u);
        EXPECT_EQ(all.suspensions, all.resumptions);
        EXPECT_EQ(all.jobs_completed, kJobs);
        EXPECT(all.ran_for_room != 0);
        EXPECT_EQ(all.dropped, 0u);
    }
}

// What a worker has counted when a job ends is of several counters.
TEST(a_job_that_spawns_for_another_counter_is_none_of_its_jobs) {
    RunningSystem one(small_system(1));
    run_in(one, [] {
        Counter outer, inner;
        bool ran = false;
        run(outer, [&] { run(inner, [&ran] { ran = true; }); });
        EXPECT_OK(wait(outer));
        EXPECT(!inner.complete() && !ran);
        EXPECT_OK(wait(inner));
        EXPECT(ran);
    });
}

// What lies on top is of another counter: nothing of this one's can make room.
TEST(a_job_that_finds_the_deque_full_of_others_is_run_in_place) {
    RunningSystem one(small_system(1).job_slots(32));
    run_in(one, [&one] {
        Counter others, own;
        uint32_t ran = 0;
        for (uint32_t i = 0; i < 31; i++)
            run(others, [] {});
        for (uint32_t i = 0; i < 5; i++)
            run(own, [&ran] { ran++; });
        EXPECT_EQ(ran, 5u);
        EXPECT_EQ(one.scheduler().figures().all.run_in_place, 5u);
        EXPECT_EQ(one.scheduler().figures().all.ran_for_room, 0u);
        EXPECT_EQ(one.scheduler().figures().all.local_pushes, 31u);
        run(others, [] {});
        EXPECT(one.scheduler().figures().all.ran_for_room != 0);
        EXPECT_OK(wait(own));
        EXPECT_OK(wait(others));
    });
}

TEST(refused_submissions_are_counted_and_change_nothing) {
    RunningSystem one(small_system(1).injector_slots(4));
    Counter done;
    uint32_t taken = 0;
    for (uint32_t i = 0; i < 10; i++)
        taken += one.system.submit(done, [] {}) == Status::ok;
    EXPECT_EQ(taken, 4u);
    EXPECT_EQ(one.scheduler().figures().injector_full, 6u);
    EXPECT_EQ(done.count(), 4u);
    (void)one.system.pump();
    EXPECT(done.complete());
}

}  // namespace
