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

namespace weft::sim {
namespace {

constexpr uint32_t kRuns = 7, kRunsOfMany = 5;
constexpr uint32_t kManyWorkers = 64, kMostWorkers = 256;

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
    uint64_t taken[kDistances] = {};
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
    timing.rehearsals = run;
    timing.orders = orders == nullptr ? nullptr : orders->data();
    const Outcome outcome = engine().time(sim_tests::run_timed, machine);
    if (outcome.ending != Ending::passed) {
        fprintf(stderr, "sim: %s on %s: %s\n%s", workload.name, machine.name.c_str(),
                outcome.what.c_str(), outcome.said.c_str());
        return false;
    }
    result.makespan_ns = timing.makespan_ns;
    const TimedFigures& figures = engine().timed.figures();
    memcpy(result.taken, figures.taken, sizeof result.taken);
    memcpy(result.lines, figures.lines_from, sizeof result.lines);
    return true;
}

uint32_t runs_of(uint32_t workers) {
    if (workers == 1 || workers > kMostWorkers) return 1;
    return workers > kManyWorkers ? kRunsOfMany : kRuns;
}

// Who meets whom is chance, drawn from what each worker has looked for before: of some runs that
// rehearse once more each, the one of median length.
bool run_one(const Machine& machine, const Workload& workload, uint32_t workers, Policy policy,
             Result& result) {
    std::vector<Result> runs(runs_of(workers));
    for (uint32_t i = 0; i < runs.size(); i++)
        if (!run_once(machine, workload, workers, policy, i, runs[i])) return false;
    std::sort(runs.begin(), runs.end(),
              [](const Result& a, const Result& b) { return a.makespan_ns < b.makespan_ns; });
    result = runs[runs.size() / 2];
    return true;
}

// Jobs and fibers that thieves took, and where lines came from.
void print_row(const Machine& machine, const Workload& workload, const Result& one,
               const Result& all) {
    printf("%-10s %5zu  %-13s %9.1f %9.1f %8.2f ", machine.name.c_str(), machine.cpus.size(),
           workload.name, double(one.makespan_ns) / 1000, double(all.makespan_ns) / 1000,
           double(one.makespan_ns) / double(all.makespan_ns));
    for (unsigned d = 1; d < kDistances; d++)
        printf(" %7llu", (unsigned long long)all.taken[d]);
    printf("  %9llu %9llu\n", (unsigned long long)(all.lines[1] + all.lines[2] + all.lines[3]),
           (unsigned long long)all.lines[4]);
}

void print_comparison(const Machine& machine, const Workload& workload, const Result& near,
                      const Result& random) {
    const unsigned remote = unsigned(Distance::remote);
    printf(
        "%s, %s, near first / random order: makespan %.1f / %.1f us, remote lines %llu / %llu, "
        "remote steals %llu / %llu\n",
        machine.name.c_str(), workload.name, double(near.makespan_ns) / 1000,
        double(random.makespan_ns) / 1000, (unsigned long long)near.lines[remote],
        (unsigned long long)random.lines[remote], (unsigned long long)near.taken[remote],
        (unsigned long long)random.taken[remote]);
}

// The first workload's stand without its name.
void print_ratios(const Workload& workload, const Result& near, const Result& random) {
    const unsigned remote = unsigned(Distance::remote);
    const std::string name = &workload == &kWorkloads[0] ? "" : std::string(".") + workload.name;
    printf("sim.remote_steals.vs_random%s %.4g\nsim.makespan.vs_random%s %.4g\n", name.c_str(),
           double(near.taken[remote]) / double(random.taken[remote]), name.c_str(),
           double(random.makespan_ns) / double(near.makespan_ns));
}

// Steal orders by distance; on the machine that they matter on, against the same victims in random
// order.
bool time_workload(const Machine& machine, const Workload& workload, bool table) {
    const uint32_t workers = uint32_t(machine.cpus.size());
    Result one, near, random;
    if (!run_one(machine, workload, 1, Policy::none, one)) return false;
    if (!run_one(machine, workload, workers, Policy::near_first, near)) return false;
    if (table)
        print_row(machine, workload, one, near);
    else
        printf("sim.speedup.%s.%s %.4g\n", machine.name.c_str(), workload.name,
               double(one.makespan_ns) / double(near.makespan_ns));
    if (machine.name == "numa128") {
        if (!run_one(machine, workload, workers, Policy::random, random)) return false;
        if (table)
            print_comparison(machine, workload, near, random);
        else
            print_ratios(workload, near, random);
    }
    fflush(stdout);
    return true;
}

bool time_machine(const std::string& text, bool table) {
    Machine machine;
    const std::string fault = read_machine(text, machine);
    if (!fault.empty()) fprintf(stderr, "sim: machine: %s\n", fault.c_str());
    bool good = fault.empty();
    for (unsigned i = 0; good && i < kWorkloadCount; i++)
        good = time_workload(machine, kWorkloads[i], table);
    return good;
}

std::string text_of_machine(const char* file) {
    for (unsigned i = 0; i < kMachineCount; i++)
        if (strcmp(file, kMachines[i].name) == 0) return kMachines[i].text;
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace

int time_machines(const char* file, bool table) {
    if (table)
        printf("%-10s %5s  %-13s %9s %9s %8s %s\n", "machine", "CPUs", "workload", "1 us", "all us",
               "speedup", " stolen from: sibling, cluster, node, beyond; lines from near, far");
    if (file != nullptr) return time_machine(text_of_machine(file), table) ? 0 : 1;
    for (unsigned i = 0; i < kMachineCount; i++)
        if (!time_machine(kMachines[i].text, table)) return 1;
    return 0;
}

}  // namespace weft::sim
