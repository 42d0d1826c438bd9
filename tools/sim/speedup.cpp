// speedup.cpp - workloads on machines: one worker, all workers, steal orders by distance or at
// random SPDX-License-Identifier: MIT
#include "speedup.hpp"

#include <stdio.h>
#include <string.h>
#include <algorithm>
#include <engine.hpp>
#include <fstream>
#include <memory>
#include <sstream>

#include "../../tests/sim/workloads.hpp"
#include "strategies.hpp"

using sim_tests::kWorkloadCount;
using sim_tests::kWorkloads;
using sim_tests::Order;
using sim_tests::timing;
using sim_tests::Workload;

namespace {

uint64_t moved[weft::sim::kDistances];  // jobs, by how far they ran from where they were spawned

}  // namespace

void sim_tests::note_job(uint32_t from) {
    const weft::sim::Machine& machine = weft::sim::engine().timed.machine();
    moved[unsigned(machine.between(from, weft::sim::core()))]++;
}

namespace weft::sim {
namespace {

constexpr uint32_t kRuns = 7, kManyWorkers = 256;
constexpr uint64_t kDelayNs = 20137;  // after the workers have begun and looked around

enum class Policy { none, near_first, random };

// Where the simulated workers read their tables: at the same addresses in every run.
alignas(64) uint16_t victim_table[1024][1024], end_table[1024][64];

class Orders {
 public:
    Orders(const Machine& machine, Policy policy) : victims_(machine.cpus.size()), ends_(victims_) {
        Chance chance(7);
        for (uint32_t i = 0; i < victims_.size(); i++) {
            for (uint32_t other = 0; other < victims_.size(); other++)
                if (other != i) victims_[i].push_back(uint16_t(other));
            if (policy == Policy::near_first)
                group(machine, i);
            else
                shuffle(i, chance);
        }
        for (uint32_t i = 0; i < victims_.size(); i++) {
            std::copy(victims_[i].begin(), victims_[i].end(), victim_table[i]);
            std::copy(ends_[i].begin(), ends_[i].end(), end_table[i]);
            orders_.push_back({victim_table[i], uint32_t(victims_[i].size()), end_table[i],
                               uint32_t(ends_[i].size())});
        }
    }
    const Order* data() const { return orders_.data(); }

 private:
    // Of one cost: one group; each starts with the next one after the worker.
    void group(const Machine& machine, uint32_t self) {
        std::vector<uint16_t>& all = victims_[self];
        std::rotate(all.begin(), all.begin() + self, all.end());
        std::stable_sort(all.begin(), all.end(), [&](uint16_t a, uint16_t b) {
            return machine.line_cost(a, self) < machine.line_cost(b, self);
        });
        for (size_t i = 1; i <= all.size(); i++)
            if (i == all.size() ||
                machine.line_cost(all[i], self) != machine.line_cost(all[i - 1], self))
                ends_[self].push_back(uint16_t(i));
    }
    void shuffle(uint32_t self, Chance& chance) {
        std::vector<uint16_t>& all = victims_[self];
        for (size_t i = all.size(); i > 1; i--)
            std::swap(all[i - 1], all[chance.below(uint32_t(i))]);
        ends_[self].push_back(uint16_t(all.size()));
    }

    std::vector<std::vector<uint16_t>> victims_, ends_;
    std::vector<Order> orders_;
};

struct Result {
    uint64_t makespan_ns = 0;
    uint64_t steals = 0;
    uint64_t moved[kDistances] = {};
    uint64_t lines[kDistances] = {};
};

// A fault in a run is told, and ends all.
bool run_once(const Machine& machine, const Workload& workload, uint32_t workers, Policy policy,
              uint32_t run, Result& result) {
    std::unique_ptr<Orders> orders;
    if (policy != Policy::none && workers > 1) orders = std::make_unique<Orders>(machine, policy);
    timing = {};
    timing.workload = &workload;
    timing.workers = workers;
    timing.delay_ns = (run + 1) * kDelayNs;
    timing.orders = orders == nullptr ? nullptr : orders->data();
    memset(moved, 0, sizeof moved);
    const Outcome outcome = engine().time(sim_tests::run_timed, machine);
    if (outcome.ending != Ending::passed) {
        fprintf(stderr, "sim: %s on %s: %s\n%s", workload.name, machine.name.c_str(),
                outcome.what.c_str(), outcome.said.c_str());
        return false;
    }
    result.makespan_ns = timing.makespan_ns;
    result.steals = timing.steals;
    memcpy(result.moved, moved, sizeof moved);
    memcpy(result.lines, engine().timed.figures().lines_from, sizeof result.lines);
    return true;
}

// Who meets whom is chance: of some runs that begin a little later each, the one of median length.
bool run_one(const Machine& machine, const Workload& workload, uint32_t workers, Policy policy,
             Result& result) {
    std::vector<Result> runs(workers == 1 || workers > kManyWorkers ? 1 : kRuns);
    for (uint32_t i = 0; i < runs.size(); i++)
        if (!run_once(machine, workload, workers, policy, i, runs[i])) return false;
    std::sort(runs.begin(), runs.end(),
              [](const Result& a, const Result& b) { return a.makespan_ns < b.makespan_ns; });
    result = runs[runs.size() / 2];
    return true;
}

// Only fib's jobs say where they were spawned; steals are the workers' own count.
void print_row(const Machine& machine, const Workload& workload, const Result& one,
               const Result& all) {
    printf("%-10s %5zu  %-13s %9.1f %9.1f %8.2f %8llu ", machine.name.c_str(), machine.cpus.size(),
           workload.name, double(one.makespan_ns) / 1000, double(all.makespan_ns) / 1000,
           double(one.makespan_ns) / double(all.makespan_ns), (unsigned long long)all.steals);
    for (unsigned d = 1; d < kDistances; d++)
        if (&workload == &kWorkloads[0])
            printf(" %7llu", (unsigned long long)all.moved[d]);
        else
            printf("       -");
    printf("  %9llu %9llu\n", (unsigned long long)(all.lines[1] + all.lines[2] + all.lines[3]),
           (unsigned long long)all.lines[4]);
    fflush(stdout);
}

bool time_machine(const Machine& machine, bool table) {
    for (unsigned i = 0; i < kWorkloadCount; i++) {
        Result one, all;
        if (!run_one(machine, kWorkloads[i], 1, Policy::none, one)) return false;
        if (!run_one(machine, kWorkloads[i], uint32_t(machine.cpus.size()), Policy::near_first,
                     all))
            return false;
        if (table)
            print_row(machine, kWorkloads[i], one, all);
        else
            printf("sim.speedup.%s.%s %.4g\n", machine.name.c_str(), kWorkloads[i].name,
                   double(one.makespan_ns) / double(all.makespan_ns));
    }
    return true;
}

// Steal orders by distance against the same victims in random order.
bool compare_orders(const Machine& machine, const Workload& workload, bool table) {
    Result near, random;
    const uint32_t workers = uint32_t(machine.cpus.size());
    if (!run_one(machine, workload, workers, Policy::near_first, near)) return false;
    if (!run_one(machine, workload, workers, Policy::random, random)) return false;
    const unsigned remote = unsigned(Distance::remote);
    const double makespan = double(random.makespan_ns) / double(near.makespan_ns);
    const bool counted = random.moved[remote] != 0;  // only fib's jobs say where they were spawned
    if (table) {
        printf(
            "%s, %s, near first / random order: makespan %.1f / %.1f us, remote lines %llu / %llu",
            machine.name.c_str(), workload.name, double(near.makespan_ns) / 1000,
            double(random.makespan_ns) / 1000, (unsigned long long)near.lines[remote],
            (unsigned long long)random.lines[remote]);
        if (counted)
            printf(", remote steals %llu / %llu", (unsigned long long)near.moved[remote],
                   (unsigned long long)random.moved[remote]);
        printf("\n");
        return true;
    }
    if (counted)
        printf("sim.remote_steals.vs_random %.4g\nsim.makespan.vs_random %.4g\n",
               double(near.moved[remote]) / double(random.moved[remote]), makespan);
    else
        printf("sim.makespan.vs_random.%s %.4g\n", workload.name, makespan);
    return true;
}

bool load(const std::string& text, Machine& machine) {
    const std::string fault = read_machine(text, machine);
    if (fault.empty()) return true;
    fprintf(stderr, "sim: machine: %s\n", fault.c_str());
    return false;
}

bool time_built_in(const BuiltIn& built_in, bool table) {
    Machine machine;
    if (!load(built_in.text, machine) || !time_machine(machine, table)) return false;
    for (unsigned i = 0; machine.name == "numa128" && i < kWorkloadCount; i++)
        if (!compare_orders(machine, kWorkloads[i], table)) return false;
    return true;
}

}  // namespace

int time_machines(const char* file, bool table) {
    if (table)
        printf("%-10s %5s  %-13s %9s %9s %8s %8s  %s\n", "machine", "CPUs", "workload", "1 us",
               "all us", "speedup", "steals",
               "jobs that ran: sibling, cluster, node, beyond; lines from near, far");
    Machine machine;
    for (unsigned i = 0; file != nullptr && i < kMachineCount; i++)
        if (strcmp(file, kMachines[i].name) == 0) return time_built_in(kMachines[i], table) ? 0 : 1;
    if (file != nullptr) {
        std::ifstream in(file);
        std::stringstream text;
        text << in.rdbuf();
        return load(text.str(), machine) && time_machine(machine, table) ? 0 : 1;
    }
    for (unsigned i = 0; i < kMachineCount; i++)
        if (!time_built_in(kMachines[i], table)) return 1;
    return 0;
}

}  // namespace weft::sim
