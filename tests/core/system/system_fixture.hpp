// system_fixture.hpp - a running system for tests
// SPDX-License-Identifier: MIT
#pragma once
#include <core/room.hpp>
#include <unit/unit.hpp>
#include <weft/weft.hpp>

// Stacks of these tests are shallow; prefer many.
constexpr weft::Config small_system(uint32_t workers) {
    return room::fitted(
        weft::Config().workers(workers).small_fibers(4, 64).large_fibers(0, 2).frame_bytes(4096));
}

// A counter that nobody completes: its waiters are left for ever.
struct AbandonedCounter {
    AbandonedCounter() { weft::construct_at<weft::Counter>(memory, 1u); }
    weft::Counter* counter() { return reinterpret_cast<weft::Counter*>(memory); }

    alignas(weft::Counter) unsigned char memory[sizeof(weft::Counter)];
};

struct RunningSystem {
    explicit RunningSystem(const weft::Config& config) {
        EXPECT_OK(storage.map(config));
        EXPECT_OK(system.init(config, storage.bytes()));
    }
    weft::Scheduler& scheduler() { return system.scheduler(); }

    weft::MappedStorage storage;
    weft::System system;
};

// Runs body as a job on worker 0 and expects it to end well.
template <class Body>
void run_in(RunningSystem& running, const Body& body) {
    const Body* const there = &body;
    EXPECT_OK(running.system.run([there] { (*there)(); }));
}
