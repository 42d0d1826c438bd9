// main.cpp - explores the scenarios of tests/sim, and reports in TAP
// SPDX-License-Identifier: MIT
//
// sim [--times N] [--seed N] [part of a name ...]   each scenario as its plan says; with --bound P
// S:
//                                                   every schedule of P preemptions, S stale loads
// sim --replay NAME CHOICES                         one run, as a failure printed it; for gdb
// sim --log NAME SEED                               one random run, every event of it
// sim --time [--plain] [FILE]                       workloads on the built-in machines, or on one
// sim --list
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <engine.hpp>

#include "../../tests/sim/scenario.hpp"
#include "faults.hpp"
#include "machine_cases.hpp"
#include "plans.hpp"
#include "speedup.hpp"

extern "C" const sim_tests::Scenario* const __start_weft_scenarios[];
extern "C" const sim_tests::Scenario* const __stop_weft_scenarios[];

using namespace weft::sim;
using sim_tests::Scenario;

namespace {

struct Options {
    uint32_t times = 1;
    uint64_t seed = 1;
    int bound = -1, stale = 0;
    std::vector<std::string> words;
};

const Scenario* scenario_named(const char* name) {
    for (const Scenario* const* at = __start_weft_scenarios; at < __stop_weft_scenarios; at++)
        if (strcmp((*at)->name, name) == 0) return *at;
    fprintf(stderr, "sim: no scenario is named '%s'; --list shows them\n", name);
    exit(2);
}

bool wanted(const Scenario& scenario, const Options& options) {
    for (const std::string& word : options.words)
        if (strstr(scenario.name, word.c_str()) != nullptr) return true;
    return options.words.empty();
}

int run_plans(const Options& options) {
    uint32_t passed = 0, failed = 0;
    printf("TAP version 13\n");
    if (options.words.empty()) check_machines(&passed, &failed);
    for (const Scenario* const* at = __start_weft_scenarios; at < __stop_weft_scenarios; at++) {
        if (!wanted(**at, options)) continue;
        Scenario scenario = **at;
        if (options.bound >= 0)
            scenario.plan = sim_tests::exhaustive(uint32_t(options.bound), uint32_t(options.stale));
        const Explored result = run_plan(scenario, options.seed, options.times);
        (result.failure.empty() ? passed : failed)++;
        printf("%s%s %u - %s  # %s\n", result.failure.c_str(),
               result.failure.empty() ? "ok" : "not ok", passed + failed, (*at)->name,
               result.summary.c_str());
        fflush(stdout);
    }
    printf("1..%u\n# %u passed, %u failed\n", passed + failed, passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}

int list() {
    for (const Scenario* const* at = __start_weft_scenarios; at < __stop_weft_scenarios; at++)
        printf("%s\n", (*at)->name);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    catch_faults();
    Options options;
    for (int i = 1; i < argc; i++) {
        const std::string word = argv[i];
        if (word == "--list") return list();
        if (word == "--time") {
            const bool plain = i + 1 < argc && strcmp(argv[i + 1], "--plain") == 0;
            const int file = i + 1 + (plain ? 1 : 0);
            return time_machines(file < argc ? argv[file] : nullptr, !plain);
        }
        if (word == "--replay" && i + 2 < argc)
            return replay(*scenario_named(argv[i + 1]), argv[i + 2]);
        if (word == "--log" && i + 2 < argc)
            return print_log(*scenario_named(argv[i + 1]), strtoull(argv[i + 2], nullptr, 10));
        if (word == "--times" && i + 1 < argc)
            options.times = uint32_t(strtoul(argv[++i], nullptr, 10));
        else if (word == "--seed" && i + 1 < argc)
            options.seed = strtoull(argv[++i], nullptr, 10);
        else if (word == "--bound" && i + 2 < argc) {
            options.bound = atoi(argv[++i]);
            options.stale = atoi(argv[++i]);
        } else
            options.words.push_back(word);
    }
    return run_plans(options);
}
