// system_kit.hpp - small systems for scenarios
// SPDX-License-Identifier: MIT
#pragma once
#include "scenario.hpp"

namespace sim_tests {

// Small enough that queues, pools and injectors fill, and that a run is a few thousand steps.
constexpr weft::Config small_system(uint32_t workers) {
    return weft::Config()
        .workers(workers)
        .small_stack_bytes(32 * 1024)
        .small_fibers(1, 8)
        .large_fibers(0, 0)
        .frame_bytes(16384)
        .job_slots(16)
        .injector_slots(4)
        .job_memory_bytes(16384)
        .idle_spins(2)
        .colour(false)
        .guard(weft::StackGuard::none);
}

struct Running {
    explicit Running(const weft::Config& config) {
        SIM_CHECK(storage.map(config) == weft::Status::ok);
        SIM_CHECK(system.init(config, storage.bytes()) == weft::Status::ok);
    }
    ~Running() { SIM_CHECK(system.shutdown() == weft::Status::ok); }

    // As a job on worker 0, at first.
    template <class Body>
    void run(const Body& body) {
        const Body* const there = &body;
        SIM_CHECK(system.run([there] { (*there)(); }) == weft::Status::ok);
    }

    weft::MappedStorage storage;
    weft::System system;
};

struct Tally {
    weft::Atomic<uint32_t> count;
    void add() { count.fetch_add_relaxed(1); }  // Relaxed: a count, read when all is over.
    uint32_t value() const { return count.load_relaxed(); }  // Relaxed: as above.
};

}  // namespace sim_tests
