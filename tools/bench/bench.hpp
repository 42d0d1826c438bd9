// bench.hpp - what a benchmark file offers, and how its variants are timed
// SPDX-License-Identifier: MIT
//
// A variant does `count` operations and returns the nanoseconds they took. All variants of a group
// take turns, round after round, so that a slow moment of the machine hits every one of them; each
// prints one line a round, and tools/bench/run takes the medians.
#pragma once
#include <weft/weft.hpp>

namespace bench {

struct Variant {
    const char* metric;
    uint64_t (*run)(uint64_t count);
    double per = 1;  // what an operation's nanoseconds are divided by: its parts, or a unit
};

constexpr double kUs = 1e3;
constexpr double kMs = 1e6;

struct Group {
    const char* name;
    weft::Span<const Variant> variants;
};

// One for each file of variants; main.cpp lists them.
weft::Span<const Variant> raw_switches();
weft::Span<const Variant> line_trips();
weft::Span<const Variant> boost_switches();
weft::Span<const Variant> ring_switches();
weft::Span<const Variant> fiber_lives();
weft::Span<const Variant> starts();
weft::Span<const Variant> system_starts();
weft::Span<const Variant> frame_memory();
weft::Span<const Variant> memory_pairs();
weft::Span<const Variant> memory_remote();
weft::Span<const Variant> object_pairs();
weft::Span<const Variant> chunk_pairs();
weft::Span<const Variant> weft_yields();
weft::Span<const Variant> weft_joins();
weft::Span<const Variant> weft_spawns();
weft::Span<const Variant> weft_waits();
weft::Span<const Variant> weft_wakes();
weft::Span<const Variant> weft_loops();
weft::Span<const Variant> weft_traces();
weft::Span<const Variant> serial_joins();
weft::Span<const Variant> tbb_joins();
weft::Span<const Variant> serial_ranges();
weft::Span<const Variant> tbb_spawns();
weft::Span<const Variant> boost_waits();
weft::Span<const Variant> futex_wakes();
weft::Span<const Variant> tbb_wakes();
weft::Span<const Variant> serial_loops();
weft::Span<const Variant> openmp_loops();
weft::Span<const Variant> tbb_loops();
weft::Span<const Variant> weft_sands();
weft::Span<const Variant> weft_science();
weft::Span<const Variant> weft_transforms();
weft::Span<const Variant> weft_steals();
weft::Span<const Variant> weft_channels();
weft::Span<const Variant> weft_latencies();
weft::Span<const Variant> tbb_sands();
weft::Span<const Variant> tbb_science();
weft::Span<const Variant> tbb_transforms();
weft::Span<const Variant> tbb_steals();
weft::Span<const Variant> tbb_channels();
weft::Span<const Variant> tbb_latencies();
weft::Span<const Variant> openmp_sands();
weft::Span<const Variant> openmp_science();
weft::Span<const Variant> openmp_transforms();
weft::Span<const Variant> openmp_steals();
weft::Span<const Variant> serial_sands();
weft::Span<const Variant> serial_science();
weft::Span<const Variant> serial_transforms();
weft::Span<const Variant> serial_steals();
weft::Span<const Variant> serial_channels();

// Chunks for the memory group: 64 MiB, touched as they are used.
weft::ChunkProvider& bench_provider();

// A benchmark that cannot be set up measures nothing: say so and stop.
inline void must(bool ok) {
    WEFT_REQUIRE(ok);
}

// Guard pages and coloured 64 KiB stacks, as users get them, and no more fibers than asked for.
constexpr weft::Config config_of(uint32_t fibers) {
    return weft::Config().small_fibers(fibers, fibers).large_fibers(0, 0).frame_bytes(4096);
}

// A step through 1,000 fibers that visits them all, no two in a row near each other.
constexpr uint32_t kScatter = 387;

class Stopwatch {
 public:
    uint64_t ns() const { return weft::port::now_ns() - start_; }

 private:
    uint64_t start_ = weft::port::now_ns();
};

}  // namespace bench
