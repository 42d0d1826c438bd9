// test_heavy.cpp - heavy jobs go to fast cores, by the usual policy or another
// SPDX-License-Identifier: MIT
#include "../system/system_fixture.hpp"

using namespace weft;

namespace {

struct Described4 {
    explicit Described4(const char* text) : described(describe(text, rows.room())) {
        const Config config = small_system(4).pinning(Pinning::linear);
        EXPECT_OK(storage.map(config));
        EXPECT_OK(system.init(config, storage.bytes(), described.topology));
    }

    TopologyRows<4, 1> rows;
    Described described;
    MappedStorage storage;
    System system;
};

struct Seen {
    Atomic<uint32_t> on[4];
};

void run_twenty(System& system, Seen& seen) {
    Seen* const by = &seen;
    EXPECT_OK(system.run([by] {
        Counter done;
        for (int i = 0; i < 20; i++)
            run_heavy(done, [by] {
                // Relaxed: a count.
                by->on[Worker::current()->index()].fetch_add_relaxed(1);
            });
        return wait(done);
    }));
}

uint32_t ran_on(const Seen& seen, uint32_t worker) {
    return seen.on[worker].load_relaxed();  // Relaxed: all are over.
}

uint32_t always_the_second(Scheduler&, uint32_t) {
    return 1;
}

}  // namespace

TEST(heavy_jobs_run_on_fast_cores_and_on_each_of_them) {
    NEEDS_CORES(4);
    Described4 mixed("cpus 0-1 class 1\ncpus 2-3 class 5");
    Seen seen;
    run_twenty(mixed.system, seen);
    EXPECT_EQ(ran_on(seen, 0) + ran_on(seen, 1), 0u);
    EXPECT_EQ(ran_on(seen, 2) + ran_on(seen, 3), 20u);
    EXPECT(ran_on(seen, 2) != 0 && ran_on(seen, 3) != 0);
}

TEST(where_cores_are_alike_heavy_jobs_are_ordinary_ones) {
    NEEDS_CORES(4);
    Described4 alike("cpus 0-3");
    Seen seen;
    run_twenty(alike.system, seen);
    EXPECT(!alike.system.scheduler().has_slow_cores());
    uint32_t sum = 0;
    for (uint32_t i = 0; i < 4; i++)
        sum += ran_on(seen, i);
    EXPECT_EQ(sum, 20u);
    EXPECT_EQ(alike.system.figures().all.inbox_pushes, 0u);
}

TEST(another_policy_can_choose_for_heavy_jobs) {
    NEEDS_CORES(4);
    Described4 alike("cpus 0-3");
    alike.system.scheduler().set_heavy_policy(always_the_second);
    Seen seen;
    run_twenty(alike.system, seen);
    EXPECT_EQ(ran_on(seen, 1), 20u);
}
