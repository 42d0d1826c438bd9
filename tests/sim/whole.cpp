// whole.cpp - whole systems: spawn and wait, steal, sleep and wake, end
// SPDX-License-Identifier: MIT
#include "scenario.hpp"

using namespace weft;
using namespace sim_tests;

namespace {

constexpr Config small(uint32_t workers) {
    return Config()
        .workers(workers)
        .small_stack_bytes(32 * 1024)
        .small_fibers(1, 8)
        .large_fibers(0, 0)
        .frame_bytes(16384)
        .job_slots(16)
        .injector_slots(4)
        .job_memory_bytes(16384)
        .idle_spins(1)
        .colour(false)
        .guard(StackGuard::none);
}

struct Running {
    explicit Running(const Config& config) {
        SIM_CHECK(storage.map(config) == Status::ok);
        SIM_CHECK(system.init(config, storage.bytes()) == Status::ok);
    }
    ~Running() { SIM_CHECK(system.shutdown() == Status::ok); }

    MappedStorage storage;
    System system;
};

struct Tally {
    Atomic<uint32_t> ran;
    void count() { ran.fetch_add_relaxed(1); }  // Relaxed: a count, read when all is over.
    uint32_t value() const { return ran.load_relaxed(); }  // Relaxed: as above.
};

SCENARIO(a_system_of_two_runs_each_job_once, seeds(300)) {
    Tally tally;
    {
        Running two(small(2));
        SIM_CHECK(two.system.run([&tally] {
            Counter done;
            for (int i = 0; i < 6; i++)
                run(done, [&tally] { tally.count(); });
            (void)wait(done);
            SIM_CHECK(tally.value() == 6);
        }) == Status::ok);
    }
    SIM_CHECK(tally.value() == 6);
}

SCENARIO(jobs_from_outside_all_run_before_the_end, seeds(300)) {
    Tally tally;
    {
        Running two(small(2));
        for (int i = 0; i < 5; i++)
            while (two.system.submit([&tally] { tally.count(); }) != Status::ok)
                port::cpu_relax();
    }
    SIM_CHECK(tally.value() == 5);
}

}  // namespace
