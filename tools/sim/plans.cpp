// plans.cpp - exhaustive, by seeds, litmus; and what is printed when a run fails
// SPDX-License-Identifier: MIT
#include "plans.hpp"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <engine.hpp>
#include <memory>

#include "explorer.hpp"
#include "shrink.hpp"
#include "strategies.hpp"

using sim_tests::How;
using sim_tests::Plan;
using sim_tests::Scenario;

namespace {

uint32_t outcome_mask;

}  // namespace

void sim_tests::saw(uint32_t outcome) {
    outcome_mask |= 1u << outcome;
}

namespace weft::sim {
namespace {

constexpr uint32_t kShrinkRuns = 2000;
constexpr uint32_t kEventsOfCore = 10;
constexpr uint32_t kDeepest = 5;  // of priority runs, in turn from 2 on

double seconds() {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

std::string commit() {
    char text[64] = "";
    FILE* const git = popen("git rev-parse --short HEAD 2>/dev/null", "r");
    if (git != nullptr && fgets(text, sizeof text, git) == nullptr) text[0] = 0;
    if (git != nullptr) pclose(git);
    text[strcspn(text, "\n")] = 0;
    return text[0] != 0 ? text : "unknown";
}

std::string commented(const std::string& text) {
    std::string out;
    size_t from = 0;
    while (from < text.size()) {
        size_t to = text.find('\n', from);
        if (to == std::string::npos) to = text.size();
        out += "#   " + text.substr(from, to - from) + "\n";
        from = to + 1;
    }
    return out;
}

std::string told(const Scenario& scenario, const Outcome& outcome, const std::string& how) {
    const std::string command =
        std::string("sim --replay ") + scenario.name + " " + text_of(outcome.choices);
#if defined(__aarch64__)
    const char* const isa = "AArch64";
#else
    const char* const isa = "x86-64";
#endif
    return "# " + outcome.what + "\n" + commented(outcome.said) + "# last events of each core:\n" +
           last_events(engine(), kEventsOfCore) + "# " + how + ", commit " + commit() + ", " + isa +
           "\n# again: build/sim/" + command + "\n# in gdb: gdb --args build/sim/" + command + "\n";
}

// The engine keeps the events of the last run: the shrunk one is run once more.
std::string failure_of(const Scenario& scenario, const Outcome& failed, const std::string& how) {
    const Outcome least = shrink(scenario.body, failed, Limits(), kShrinkRuns);
    ReplayStrategy strategy(least.choices);
    const Outcome again = engine().explore(scenario.body, strategy, Limits());
    if (again.ending == Ending::failed) return told(scenario, again, how);
    return told(scenario, failed, how + ", which did not fail when it was repeated");
}

std::string rate(uint64_t runs, double since) {
    char text[80];
    const double took = seconds() - since;
    snprintf(text, sizeof text, "%llu schedules, %.1f s, %.0f/s", (unsigned long long)runs, took,
             double(runs) / (took > 1e-6 ? took : 1e-6));
    return text;
}

Explored explore_all(const Scenario& scenario) {
    const Plan& plan = scenario.plan;
    const bool litmus = plan.how == How::litmus;
    Explorer explorer({uint8_t(plan.amount), uint8_t(litmus ? sim_tests::kAll : plan.stale),
                       uint8_t(plan.spurious)});
    const double since = seconds();
    uint64_t runs = 0;
    std::string failure;
    outcome_mask = 0;
    do {
        runs++;
        const Outcome outcome = engine().explore(scenario.body, explorer, Limits());
        if (outcome.ending != Ending::failed) continue;
        failure = failure_of(scenario, outcome, "schedule " + std::to_string(runs));
    } while (failure.empty() && explorer.next_run());
    if (failure.empty() && litmus && outcome_mask != plan.stale) {
        char text[80];
        snprintf(text, sizeof text, "# saw outcomes %x of %x\n", outcome_mask, plan.stale);
        failure = text;
    }
    return {failure, rate(runs, since) + ", " + std::to_string(explorer.states()) + " states"};
}

std::unique_ptr<Strategy> strategy_of(uint64_t seed, uint32_t steps) {
    if (seed % 2 == 0) return std::make_unique<RandomStrategy>(seed);
    const uint32_t depth = 2 + uint32_t(seed / 2) % (kDeepest - 1);
    return std::make_unique<PriorityStrategy>(seed, depth, steps);
}

// Choices of the tamest run: about how many a run has, and the same for every seed.
uint32_t points_of(const Scenario& scenario) {
    const std::vector<uint8_t> tame;
    ReplayStrategy strategy(tame);
    return uint32_t(engine().explore(scenario.body, strategy, Limits()).choices.size());
}

Explored run_seeds(const Scenario& scenario, uint64_t first, uint64_t count) {
    const double since = seconds();
    const uint32_t points = points_of(scenario);
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t seed = first + i;
        const std::unique_ptr<Strategy> strategy = strategy_of(seed, points);
        const Outcome outcome = engine().explore(scenario.body, *strategy, Limits());
        if (outcome.ending == Ending::failed)
            return {failure_of(scenario, outcome, "seed " + std::to_string(seed)),
                    rate(i + 1, since)};
    }
    return {"", rate(count, since)};
}

}  // namespace

Explored run_plan(const Scenario& scenario, uint64_t seed, uint32_t times) {
    if (scenario.plan.how != How::seeds) return explore_all(scenario);
    return run_seeds(scenario, seed, uint64_t(scenario.plan.amount) * times);
}

int replay(const Scenario& scenario, const char* choices) {
    const std::vector<uint8_t> list = choices_in(choices);
    ReplayStrategy strategy(list);
    const Outcome outcome = engine().explore(scenario.body, strategy, Limits());
    if (outcome.ending == Ending::passed) {
        printf("ok - %s passed\n", scenario.name);
        return 0;
    }
    printf("%snot ok - %s\n", told(scenario, outcome, "a replay").c_str(), scenario.name);
    return 1;
}

// Names no addresses, so that it is the same wherever the program lies and whatever it runs on.
int print_log(const Scenario& scenario, uint64_t seed) {
    RandomStrategy strategy(seed);
    const Outcome outcome = engine().explore(scenario.body, strategy, Limits());
    for (const Event& event : engine().events())
        printf("%s\n", event_text(event, false).c_str());
    printf("%s %016llx %s\n", scenario.name, (unsigned long long)outcome.log_hash,
           outcome.ending == Ending::passed ? "passed" : outcome.what.c_str());
    return outcome.ending == Ending::passed ? 0 : 1;
}

}  // namespace weft::sim
