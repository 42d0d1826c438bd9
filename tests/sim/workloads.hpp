// workloads.hpp - what is timed on simulated machines
// SPDX-License-Identifier: MIT
#pragma once
#include <stdint.h>

namespace sim_tests {

struct Workload {
    const char* name;
    void (*job)();  // on worker 0 of a running system
};
extern const Workload kWorkloads[];
extern const unsigned kWorkloadCount;

// For each worker, whom it steals from, nearest group first; none: in no order.
struct Order {
    const uint16_t* victims;
    uint32_t victim_count;
    const uint16_t* ends;
    uint32_t group_count;
};

// What run_timed() does, and what came of it; the runner sets and reads them.
struct Timing {
    const Workload* workload = nullptr;
    uint64_t delay_ns = 0;  // before the workload begins: runs differ by it
    uint32_t workers = 1;
    const Order* orders = nullptr;  // null: none are set
    uint64_t makespan_ns = 0;
    uint64_t steals = 0;
    uint64_t sleeps = 0;
};
extern Timing timing;

// A system of so many workers runs the workload. The body of a timed run.
void run_timed();

// By a job that was spawned on core `from` and runs here.
void note_job(uint32_t from);

}  // namespace sim_tests
