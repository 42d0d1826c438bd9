// test_tiers.cpp - workers that rest until those before them are busy, and rest again afterwards
// SPDX-License-Identifier: MIT
#include "../system/system_fixture.hpp"

using namespace weft;

namespace {

// Two cores here, two elsewhere, and a second thread of each: tiers of 2, 2 and 4 workers.
struct Tiered {
    Tiered() : described(describe("grid clusters 2 cores 2 threads 2", rows.room())) {
        const Config config = small_system(8).pinning(Pinning::tiered_spillover);
        EXPECT_OK(storage.map(config));
        EXPECT_OK(system.init(config, storage.bytes(), described.topology));
    }
    Scheduler& all() { return system.scheduler(); }

    TopologyRows<8, 1> rows;
    Described described;
    MappedStorage storage;
    System system;
};

void pause_ms(uint64_t ms) {
    port::Parker nobody;
    (void)port::park(nobody, port::now_ns() + ms * 1000000);
}

}  // namespace

TEST(only_the_first_tier_is_on_duty_while_load_is_low) {
    NEEDS_CORES(4);
    Tiered tiered;
    EXPECT_EQ(tiered.all().on_duty(), 2u);
    for (uint32_t i = 0; i < 8; i++)
        EXPECT_EQ(tiered.system.place(i).tier, i < 2 ? 0 : i < 4 ? 1 : 2);
    EXPECT(!tiered.all().off_duty(1) && tiered.all().off_duty(2));
    EXPECT_OK(tiered.system.run([] {}));
    EXPECT_EQ(tiered.all().on_duty(), 2u);
}

TEST(a_busy_tier_calls_the_next_one_which_rests_again_once_it_is_quiet) {
    NEEDS_CORES(4);
    Tiered tiered;
    Counter gate(1), begun(1), far(1), held_up;
    Counter* const release = &gate;
    Counter* const busy = &begun;
    Counter* const ran = &far;
    uint32_t by = 0;
    uint32_t* const who = &by;
    EXPECT_OK(tiered.system.submit_to(1, held_up, [release, busy] {
        decrement(*busy);
        unit::wait_until([release] { return release->complete(); });
    }));
    EXPECT_OK(tiered.system.run([&tiered, release, busy, ran, who] {
        // Both workers of the first tier are taken: this one, and the one that waits.
        unit::wait_until([busy] { return busy->complete(); });
        // The others have begun and found nothing: who is awake counts as busy.
        unit::wait_until([&tiered] {
            uint32_t asleep = 0;
            for (uint32_t i = 2; i < 8; i++)
                asleep += tiered.all().sleeps(i);
            return asleep == 6;
        });
        EXPECT_OK(tiered.system.submit([who, ran] {
            *who = Worker::current()->index();
            decrement(*ran);
        }));
        unit::wait_until([ran] { return ran->complete(); });
        EXPECT_EQ(tiered.all().on_duty(), 4u);
        pause_ms(5);  // its workers sleep by now, and stay on duty while the first tier is busy
        EXPECT_EQ(tiered.all().on_duty(), 4u);
        decrement(*release);
    }));
    EXPECT(by >= 2 && by < 4);
    EXPECT_OK(tiered.system.run([&held_up] { return wait(held_up); }));
    unit::wait_until([&tiered] { return tiered.all().on_duty() == 2; });
}

TEST(no_job_waits_for_a_tier_that_rests) {
    NEEDS_CORES(4);
    Tiered tiered;
    for (int round = 0; round < 50; round++) {
        Counter done;
        for (int i = 0; i < 20; i++)
            EXPECT_OK(tiered.system.submit(done, [] { yield(); }));
        EXPECT_OK(wait(done));  // worker 0 is this thread, which is elsewhere
        if (round % 10 == 0) pause_ms(1);
    }
    EXPECT_OK(tiered.system.shutdown());
}

TEST(work_for_a_worker_that_rests_wakes_it_all_the_same) {
    NEEDS_CORES(4);
    Tiered tiered;
    pause_ms(2);
    for (uint32_t worker = 7; worker > 0; worker--) {
        Counter done;
        EXPECT_OK(tiered.system.submit_to(
            worker, done, [worker] { EXPECT_EQ(Worker::current()->index(), worker); }));
        EXPECT_OK(wait(done));
    }
}
