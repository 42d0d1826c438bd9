// main.cpp - runs the variants of a group in turns, or one variant a given number of times
// SPDX-License-Identifier: MIT
//
//   bench <group> <rounds> <ms>   prints "metric time-per-operation" for each variant and round,
//                                 which takes about so long a variant
//   bench <metric> = <count>      does count operations, prints into how many parts one divides:
//                                 for counting instructions
#include "bench.hpp"
#include "quiet.hpp"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

namespace bench {
namespace {

constexpr size_t kMostVariants = 32;

const struct {
    const char* group;
    weft::Span<const Variant> (*variants)();
} kGroups[] = {
    {"switch", raw_switches},    {"switch", boost_switches},
    {"switch", ring_switches},   {"switch", fiber_lives},
    {"start", starts},           {"memory", memory_pairs},
    {"memory", memory_remote},   {"memory", frame_memory},
    {"memory", object_pairs},    {"chunk", chunk_pairs},
    {"switch", weft_yields},     {"join", weft_joins},
    {"spawn", weft_spawns},      {"wait", weft_waits},
    {"wake", weft_wakes},        {"join", serial_joins},
    {"join", tbb_joins},         {"spawn", serial_ranges},
    {"spawn", tbb_spawns},       {"wait", boost_waits},
    {"wake", futex_wakes},       {"wake", tbb_wakes},
    {"pfor", serial_loops},      {"pfor", openmp_loops},
    {"pfor", tbb_loops},         {"pfor", weft_loops},
    {"start", system_starts},    {"demo", weft_sands},
    {"science", weft_science},   {"transform", weft_transforms},
    {"steal", weft_steals},      {"channel", weft_channels},
    {"latency", weft_latencies}, {"demo", tbb_sands},
    {"science", tbb_science},    {"transform", tbb_transforms},
    {"steal", tbb_steals},       {"channel", tbb_channels},
    {"latency", tbb_latencies},  {"demo", openmp_sands},
    {"science", openmp_science}, {"transform", openmp_transforms},
    {"steal", openmp_steals},    {"demo", serial_sands},
    {"science", serial_science}, {"transform", serial_transforms},
    {"steal", serial_steals},    {"channel", serial_channels},
    {"trace", weft_traces},      {"wait", line_trips},
    {"spawn", line_trips},
};

struct Chosen {
    Variant variant;
    uint64_t count;
};

size_t choose(const char* group, Chosen* chosen) {
    size_t length = 0;
    for (const auto& entry : kGroups) {
        if (strcmp(entry.group, group) != 0) continue;
        for (const Variant& variant : entry.variants()) {
            must(length < kMostVariants);
            chosen[length++] = {variant, 1};
        }
    }
    return length;
}

// Doubles until a run is long enough to scale from, which also warms the variant up. By the clock:
// some variants spend more time around what they measure.
uint64_t calibrate(const Variant& variant, uint64_t round_ns) {
    must(settle());
    for (uint64_t count = 1;; count *= 2) {
        const Stopwatch watch;
        variant.run(count);
        const uint64_t ns = watch.ns();
        if (ns >= round_ns / 4) return count * round_ns / ns + 1;
    }
}

double one_round(const Chosen& chosen) {
    must(settle());
    const uint64_t ns = chosen.variant.run(chosen.count);
    return double(ns) / double(chosen.count) / chosen.variant.per;
}

int measure(const char* group, int rounds, uint64_t round_ns) {
    Chosen chosen[kMostVariants];
    const size_t length = choose(group, chosen);
    for (size_t i = 0; i < length; i++)
        chosen[i].count = calibrate(chosen[i].variant, round_ns);
    for (int round = 0; round < rounds; round++)
        for (size_t i = 0; i < length; i++)
            printf("%s %.4f\n", chosen[i].variant.metric, one_round(chosen[i]));
    return length == 0;
}

int repeat(const char* metric, uint64_t count) {
    for (const auto& entry : kGroups)
        for (const Variant& variant : entry.variants()) {
            if (strcmp(variant.metric, metric) != 0) continue;
            variant.run(count);
            printf("%.0f\n", variant.per);
            return 0;
        }
    return 1;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
    bench::must(weft::port::pin_self(0));
    if (argc != 4) {
        fprintf(stderr, "usage: bench <group> <rounds> <ms> | bench <metric> = <count>\n");
        return 2;
    }
    const uint64_t last = strtoull(argv[3], nullptr, 10);
    if (strcmp(argv[2], "=") == 0) return bench::repeat(argv[1], last);
    return bench::measure(argv[1], atoi(argv[2]), last * 1'000'000);
}
