// report.hpp - what is told when the run is over: a table, and a file for tools/report
// SPDX-License-Identifier: MIT
#pragma once
#include "game.hpp"

namespace demo {

struct Run {
    weft::System& system;
    const weft::Config& config;
    const Options& options;
    const Game& game;
};

void print_summary(const Run& run);
// In the words of weft-report/1 (tools/report/README.md), to go with the trace. False if the file
// cannot be written.
bool write_report(const char* path, const Run& run);

}  // namespace demo
