// test_sleep.cpp - sleep and wake: nothing is missed, nothing burns, nobody is woken for nothing
// SPDX-License-Identifier: MIT
#include "../system/system_fixture.hpp"

using namespace weft;

namespace {

constexpr uint32_t kRounds = unit::kModelSteps / 10;

// A job is submitted as its worker goes to sleep, again and again: a lost wake-up would hang.
TEST(no_wake_up_is_lost_in_a_hundred_thousand_submissions) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2).idle_spins(1));
    for (uint32_t i = 0; i < kRounds; i++) {
        Counter done;
        EXPECT_OK(two.system.submit(
            done, [] {}, Priority(i % 3)));
        EXPECT_OK(wait(done));
    }
    EXPECT(two.scheduler().figures().all.sleeps > 0);
}

TEST(no_wake_up_is_lost_for_jobs_in_inboxes) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2).idle_spins(1));
    for (uint32_t i = 0; i < kRounds; i++) {
        Counter done;
        EXPECT_OK(two.system.submit_to(1, done, [] {}));
        EXPECT_OK(wait(done));
    }
}

TEST(no_wake_up_is_lost_for_posts) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2).idle_spins(1));
    for (uint32_t i = 0; i < kRounds; i++) {
        Counter done(1);
        two.scheduler().post(done, 1);
        EXPECT_OK(wait(done));
    }
}

TEST(a_system_that_has_nothing_to_do_sleeps) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2).idle_spins(10));
    unit::wait_until([&] { return two.scheduler().figures().all.sleeps != 0; });
    const uintptr_t looks = two.scheduler().figures().all.steals_lost;
    port::Parker nobody;
    (void)port::park(nobody, port::now_ns() + 50000000);
    EXPECT(two.scheduler().figures().all.steals_lost - looks < 100);
}

TEST(nobody_is_woken_while_nobody_sleeps) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(small_system(1));
    for (uint32_t i = 0; i < 10; i++)
        EXPECT_OK(one.system.submit([] {}));
    run_in(one, [] {
        for (uint32_t i = 0; i < 1000; i++) {
            Counter done;
            run(done, [] {});
            EXPECT_OK(wait(done));
        }
    });
    EXPECT_EQ(one.scheduler().figures().wakes_sent, 0u);
}

TEST(a_spawn_wakes_a_worker_that_sleeps) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2).idle_spins(1));
    run_in(two, [&] {
        unit::wait_until([&] { return two.scheduler().figures().all.sleeps != 0; });
        Counter done;
        Atomic<uint32_t> there;
        Atomic<uint32_t>* const flag = &there;
        run(done, [flag] { flag->store_relaxed(1); });  // Relaxed: only that it came.
        // Relaxed: as above. This job neither waits nor yields: another worker must come.
        unit::wait_until([&] { return there.load_relaxed() != 0; });
        EXPECT_OK(wait(done));
    });
    EXPECT(two.scheduler().figures().wakes_sent != 0);
}

TEST(a_system_starts_and_stops_many_times) {
    NEEDS_CORES(2);
    MappedStorage storage;
    const Config config = small_system(2).idle_spins(1);
    EXPECT_OK(storage.map(config));
    System system;
    for (uint32_t i = 0; i < 50; i++) {
        EXPECT_OK(system.init(config, storage.bytes()));
        Counter done;
        for (uint32_t k = 0; k < 20; k++)
            EXPECT_OK(system.submit(done, [] {}));
        EXPECT_OK(wait(done));
        EXPECT_OK(system.shutdown());
    }
}

}  // namespace
