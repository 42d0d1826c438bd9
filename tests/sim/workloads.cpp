// workloads.cpp - recursion, a loop, frames: the library as it is, on a machine with time
// SPDX-License-Identifier: MIT
#include "workloads.hpp"

#include "scenario.hpp"

using namespace weft;

namespace sim_tests {
namespace {

constexpr uint32_t kMostWorkers = 1024;
constexpr uint64_t kLeafNs = 2000, kItemNs = 2000;
// For the workers to have begun, looked around and gone to sleep.
constexpr uint64_t kQuietNs = 200000;

uint32_t fib(uint32_t n) {
    sim::work(kLeafNs / 10);
    if (n < 2) {
        sim::work(kLeafNs);
        return n;
    }
    const auto both = join([n] { return fib(n - 1); }, [n] { return fib(n - 2); });
    return both.first + both.second;
}

void run_fib() {
    SIM_CHECK(fib(20) == 6765);
}

void run_loop() {
    parallel_for(size_t(0), size_t(16384), [](size_t) { sim::work(kItemNs); });
}

// Like a game's: two phases of a thousand things each, and something that is one core's.
void run_frames() {
    for (int frame = 0; frame < 3; frame++) {
        parallel_for(size_t(0), size_t(1024), [](size_t) { sim::work(kItemNs); });
        parallel_for(size_t(0), size_t(1024), [](size_t i) { sim::work(kItemNs / 2 + i % 1000); });
        sim::work(10 * kItemNs);
    }
}

void rehearse() {
    parallel_for(size_t(0), size_t(512), [](size_t) { sim::work(kItemNs); });
    sim::work(kQuietNs);
}

constexpr Config config(uint32_t workers) {
    return Config()
        .workers(workers)
        .small_stack_bytes(32 * 1024)
        .small_fibers(2, 16)
        .large_fibers(0, 0)
        .frame_bytes(16384)
        .job_slots(256)
        .injector_slots(16)
        .job_memory_bytes(4096)
        .idle_spins(200)
        .colour(false)
        .guard(StackGuard::none);
}

StealOrder orders[kMostWorkers];

void set_orders(System& system) {
    if (timing.orders == nullptr) return;
    for (uint32_t i = 0; i < timing.workers; i++) {
        const Order& order = timing.orders[i];
        orders[i] = {{order.victims, order.victim_count}, {order.ends, order.group_count}};
        system.scheduler().set_steal_order(i, orders[i]);
    }
}

}  // namespace

Timing timing;

const Workload kWorkloads[] = {
    {"fib", run_fib}, {"parallel_for", run_loop}, {"frame_loop", run_frames}};
const unsigned kWorkloadCount = sizeof kWorkloads / sizeof kWorkloads[0];

void run_timed() {
    const Config chosen = config(timing.workers);
    MappedStorage storage;
    SIM_CHECK(storage.map(chosen) == Status::ok);
    System system;
    SIM_CHECK(system.init(chosen, storage.bytes()) == Status::ok);
    set_orders(system);
    void (*const job)() = timing.workload->job;
    SIM_CHECK(system.run([job] {
        for (uint32_t i = 0; i < timing.rehearsals; i++)
            rehearse();
        sim::work(kQuietNs);
        const uint64_t start = port::now_ns();
        sim::count(true);
        job();
        sim::count(false);
        timing.makespan_ns = port::now_ns() - start;
    }) == Status::ok);
    SIM_CHECK(system.shutdown() == Status::ok);
}

}  // namespace sim_tests
