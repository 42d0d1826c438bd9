// plans.hpp - carries a scenario's plan out, and tells of failures
// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "../../tests/sim/scenario.hpp"

namespace weft::sim {

struct Explored {
    std::string failure;  // for people, or empty
    std::string summary;  // one line
};

Explored run_plan(const sim_tests::Scenario& scenario, uint64_t seed, uint32_t times);
// Zero if the run passed.
int replay(const sim_tests::Scenario& scenario, const char* choices);
int print_log(const sim_tests::Scenario& scenario, uint64_t seed);

}  // namespace weft::sim
