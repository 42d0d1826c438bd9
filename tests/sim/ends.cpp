// ends.cpp - whole systems: how they end, and what they do when they are refused something
// SPDX-License-Identifier: MIT
#include "system_kit.hpp"

using namespace weft;
using namespace sim_tests;

namespace {

// A finished job's child, spawned on another worker, is not missed in any order of their counts.
SCENARIO(a_shutdown_waits_for_what_jobs_have_spawned, seeds(600)) {
    Tally tally;
    {
        Running three(small_system(3));
        for (int i = 0; i < 2; i++)
            SIM_CHECK(three.system.submit([&] {
                run_detached([&] {
                    run_detached([&] { tally.add(); });
                    tally.add();
                });
                tally.add();
            }) == Status::ok);
    }
    SIM_CHECK(tally.value() == 6);
}

// A shutdown whose deadline comes early says what is left, and leaves nothing running.
SCENARIO(a_shutdown_with_a_deadline_stops_all_cores, seeds(400)) {
    const Config config = small_system(2);
    MappedStorage storage;
    SIM_CHECK(storage.map(config) == Status::ok);
    System system;
    Tally made, gone;
    SIM_CHECK(system.init(config, storage.bytes()) == Status::ok);
    for (int i = 0; i < 3; i++)
        (void)system.submit([&] {
            made.add();
            gone.add();
        });
    Left left;
    const Status status = system.shutdown(port::now_ns() + sim::choose(200), &left);
    SIM_CHECK(status == Status::ok || status == Status::not_drained);
    SIM_CHECK(status == Status::not_drained || (left.jobs == 0 && left.fibers == 0));
    SIM_CHECK(made.value() + left.jobs == 3);
}

// ---- what the machine refuses ----

SCENARIO(a_core_that_does_not_start_refuses_the_system, seeds(60)) {
    const Config config = small_system(3);
    const uint32_t nth = 1 + sim::choose(2);
    MappedStorage storage;
    sim::refuse(sim::Request::reserve, 1);
    SIM_CHECK(storage.map(config) == Status::out_of_memory);
    SIM_CHECK(storage.map(config) == Status::ok);
    System system;
    sim::refuse(sim::Request::start_core, nth);
    SIM_CHECK(system.init(config, storage.bytes()) == Status::core_refused);
    SIM_CHECK(system.init(config, storage.bytes()) == Status::ok);  // as if nothing had been
    SIM_CHECK(system.shutdown() == Status::ok);
}

// A deque of 16, and closures' memory for a few: what does not fit runs in place, or is refused.
SCENARIO(full_queues_and_pools_lose_no_job, seeds(150)) {
    constexpr uint32_t kMany = 100;
    Tally tally;
    uint32_t expected = 0;
    Running two(small_system(2).job_memory_bytes(4096));
    two.run([&] {
        Counter gate(1), done;
        for (uint32_t i = 0; i < kMany; i++) {
            run(done, [&] { tally.add(); });
            if (run_after(gate, done, [&] { tally.add(); }) == Status::ok) expected++;
        }
        expected += kMany;
        SIM_CHECK(expected < 2 * kMany);  // the memory was full at some point
        decrement(gate);
        (void)wait(done);
    });
    SIM_CHECK(tally.value() == expected);
}

SCENARIO(a_clock_that_jumps_ends_deadlines_and_nothing_else, seeds(300)) {
    Running two(small_system(2));
    sim::let_clock_jump(3);
    two.run([] {
        Counter gate(1), done;
        run(done, [&] {
            const Status status = wait_until(gate, port::now_ns() + 1000000);
            SIM_CHECK(status == Status::ok || status == Status::timed_out);
        });
        run(done, [&] { decrement(gate); });
        (void)wait(done);
    });
}

}  // namespace
