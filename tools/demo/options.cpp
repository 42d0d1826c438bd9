// options.cpp - reads the command line; every mistake is told in one line
// SPDX-License-Identifier: MIT
#include "options.hpp"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.hpp"

namespace demo {
namespace {

using namespace weft;

constexpr struct {
    const char* name;
    Preset preset;
} kPresets[] = {
    {"desktop", Preset::desktop},
    {"tiny", Preset::tiny},
    {"gaming", Preset::gaming},
    {"throughput", Preset::throughput},
    {"data_processing", Preset::data_processing},
    {"low_latency", Preset::low_latency},
    {"strict_topology", Preset::strict_topology},
};

constexpr char kHelp[] =
    "usage: demo [option...]\n"
    "\n"
    "  A frame loop that looks like a game and a controller at once: 100,000 grains of sand,\n"
    "  a hierarchy of transforms, audio blocks that are due every 2.7 ms, tiles that load.\n"
    "\n"
    "  --frames N        how many frames, 1 to 100000 (240)\n"
    "  --workers N       how many workers, 1 to 64 (one for each CPU)\n"
    "  --preset NAME     the configuration to start from: desktop, gaming, low_latency, ... "
    "(desktop)\n"
    "  --topology TEXT   act as on another machine: nodes and CPUs in each, as in 2x4, or its\n"
    "                    description, as in 'grid nodes 2 cores 4 threads 2'\n"
    "  --seed N          chance; the same seed makes the same world (7)\n"
    "  --out FOLDER      where picture and report go (build)\n"
    "  --floating        workers are not tied to CPUs: where others compute, the machine may\n"
    "                    move them out of their way\n"
    "  --headless        plain lines, as fast as it goes; also HEADLESS=1\n"
    "  --help            this\n";

bool number_in(const char* text, uint32_t least, uint32_t most, uint32_t& value) {
    char* end = nullptr;
    const unsigned long long number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != 0 || number < least || number > most)
        return false;
    value = uint32_t(number);
    return true;
}

bool set_number(const char* name, const char* text, uint32_t least, uint32_t most,
                uint32_t& value) {
    if (number_in(text, least, most, value)) return true;
    fprintf(stderr, "demo: %s wants a number from %u to %u, not '%s'\n", name, least, most, text);
    return false;
}

bool set_preset(const char* name, Options& options) {
    Config config;
    options.preset = name;
    if (find_preset(name, config)) return true;
    fprintf(stderr, "demo: no preset '%s'; there are:", name);
    for (const auto& row : kPresets)
        fprintf(stderr, " %s", row.name);
    fprintf(stderr, "\n");
    return false;
}

bool set_topology(const char* text) {
    const char* const wrong = read_topology(text);
    if (wrong == nullptr) return true;
    fprintf(stderr, "demo: --topology '%s': %s; 2x4 is two nodes of four CPUs\n", text, wrong);
    return false;
}

bool set_text(const char* text, const char*& value) {
    value = text;
    return true;
}

bool set(const char* name, const char* value, Options& options) {
    if (strcmp(name, "--frames") == 0)
        return set_number(name, value, 1, kMostFrames, options.frames);
    if (strcmp(name, "--workers") == 0)
        return set_number(name, value, 1, kMostWorkers, options.workers);
    if (strcmp(name, "--seed") == 0) return set_number(name, value, 0, ~0u, options.seed);
    if (strcmp(name, "--preset") == 0) return set_preset(value, options);
    if (strcmp(name, "--topology") == 0) return set_topology(value);
    return set_text(value, options.out);
}

bool is_switch(const char* name, Options& options) {
    const bool headless = strcmp(name, "--headless") == 0;
    const bool floating = strcmp(name, "--floating") == 0;
    options.headless |= headless;
    options.floating |= floating;
    return headless || floating;
}

bool takes_value(const char* name) {
    constexpr const char* kNames[] = {"--frames", "--workers",  "--seed",
                                      "--preset", "--topology", "--out"};
    for (const char* known : kNames)
        if (strcmp(name, known) == 0) return true;
    return false;
}

Asked nonsense(const char* what, const char* word) {
    fprintf(stderr, "demo: %s '%s'; --help lists the options\n", what, word);
    return Asked::nonsense;
}

}  // namespace

bool find_preset(const char* name, Config& config) {
    for (const auto& row : kPresets) {
        if (strcmp(row.name, name) != 0) continue;
        config = Config::preset(row.preset);
        return true;
    }
    return false;
}

void print_help() {
    fputs(kHelp, stdout);
}

Asked read_options(int count, char** words, Options& options) {
    const char* const headless = getenv("HEADLESS");
    options.headless = headless != nullptr && strcmp(headless, "1") == 0;
    for (int i = 1; i < count; i++) {
        char* const word = words[i];
        if (strcmp(word, "--help") == 0) return Asked::help;
        if (is_switch(word, options)) continue;
        char* value = strchr(word, '=');
        if (value != nullptr) *value++ = 0;
        if (!takes_value(word)) return nonsense("does not know", word);
        if (value == nullptr && i + 1 < count) value = words[++i];
        if (value == nullptr) return nonsense("a value is missing after", word);
        if (!set(word, value, options)) return Asked::nonsense;
    }
    return Asked::run;
}

}  // namespace demo
