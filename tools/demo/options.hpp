// options.hpp - what can be asked for on the command line
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/weft.hpp>

namespace demo {

constexpr uint32_t kMostFrames = 100'000;
constexpr uint32_t kMostWorkers = 64;

struct Options {
    uint32_t frames = 240;
    uint32_t workers = 0;  // one for each CPU
    uint32_t seed = 7;
    const char* preset = "desktop";
    const char* out = "build";
    bool headless = false;
    bool floating = false;
    bool trace_in_turns = false;  // no word on the command line: for tools/bench
};

enum class Asked : uint8_t { run, help, nonsense };

// Says on stderr what it does not understand.
Asked read_options(int count, char** words, Options& options);
void print_help();

// The preset of that name; false if there is none.
bool find_preset(const char* name, weft::Config& config);

}  // namespace demo
