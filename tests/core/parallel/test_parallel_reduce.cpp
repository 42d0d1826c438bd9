// test_parallel_reduce.cpp - one result, the same at any number of workers
// SPDX-License-Identifier: MIT
#include "../system/system_fixture.hpp"

using namespace weft;

namespace {

// Values whose sum hangs on the order in which they are added.
float uneven(size_t i) {
    return float(i % 1013) * 1e-3f + float(i % 7) * 1e4f;
}

uint32_t bits(float value) {
    uint32_t word;
    __builtin_memcpy(&word, &value, sizeof word);
    return word;
}

float sum_of(size_t length) {
    return parallel_reduce(0, length, 0.0f, uneven, [](float a, float b) { return a + b; });
}

const size_t kLengths[] = {1, 2, 3, 511, 512, 513, 1024, 1025, 99999};

constexpr size_t kSums = sizeof kLengths / sizeof kLengths[0];

// Each worker begins the sums itself: which of them computes a part is not left to chance alone.
TEST(a_float_sum_is_the_same_at_any_number_of_workers) {
    NEEDS_RAM(64 * 1024);
    uint32_t first[kSums];
    uint32_t* const sums = first;
    for (uint32_t workers = 1; workers <= unit::cores(4); workers++) {
        RunningSystem system(small_system(workers));
        run_in(system, [=] {
            for (uint32_t turn = 0; turn < 4 * workers; turn++) {
                Counter done;
                EXPECT_OK(run_on(turn % workers, done, [=] {
                    for (size_t i = 0; i < kSums; i++) {
                        const uint32_t sum = bits(sum_of(kLengths[i]));
                        if (workers == 1 && turn == 0) sums[i] = sum;
                        EXPECT_EQ(sum, sums[i]);
                    }
                }));
                EXPECT_OK(wait(done));
            }
        });
    }
}

// Which indices were combined, as a range: combining what is not adjacent shows.
struct Piece {
    size_t begin, end;
    bool whole;
};

Piece join_pieces(Piece a, Piece b) {
    return {a.begin, b.end, a.whole && b.whole && a.end == b.begin};
}

TEST(values_are_combined_from_left_to_right) {
    NEEDS_RAM(1024 * 1024);
    for (uint32_t workers = 1; workers <= unit::cores(2); workers++) {
        RunningSystem system(small_system(workers));
        run_in(system, [] {
            for (const size_t length : kLengths) {
                const Piece all = parallel_reduce(
                    5, 5 + length, Piece{},
                    [](size_t i) {
                        if (i % 1000 == 0) yield();
                        return Piece{i, i + 1, true};
                    },
                    join_pieces);
                EXPECT(all.whole);
                EXPECT_EQ(all.begin, 5u);
                EXPECT_EQ(all.end, 5 + length);
            }
        });
    }
}

TEST(a_reduction_by_chunk_covers_the_range) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2));
    run_in(two, [] {
        for (const size_t length : kLengths) {
            const Piece all = parallel_reduce(
                0, length, Piece{},
                [](size_t begin, size_t end) {
                    return Piece{begin, end, begin < end};
                },
                join_pieces);
            EXPECT(all.whole && all.begin == 0);
            EXPECT_EQ(all.end, length);
        }
    });
}

TEST(an_empty_range_reduces_to_nothing) {
    RunningSystem one(small_system(1));
    run_in(one, [] {
        const auto never = [](size_t) {
            EXPECT(false);
            return 1;
        };
        EXPECT_EQ(parallel_reduce(7, 7, 42, never, [](int a, int) { return a; }), 42);
    });
}

TEST(a_reduction_of_large_values_keeps_them_whole) {
    NEEDS_RAM(1024 * 1024);
    struct Histogram {
        uint32_t bins[32];
    };
    for (uint32_t workers = 1; workers <= unit::cores(2); workers++) {
        RunningSystem system(small_system(workers));
        run_in(system, [] {
            const Histogram all = parallel_reduce(
                0, 3200, Histogram{},
                [](size_t i) {
                    Histogram one = {};
                    one.bins[i % 32] = 1;
                    return one;
                },
                [](const Histogram& a, const Histogram& b) {
                    Histogram sum = a;
                    for (int i = 0; i < 32; i++)
                        sum.bins[i] += b.bins[i];
                    return sum;
                });
            for (const uint32_t bin : all.bins)
                EXPECT_EQ(bin, 100u);
        });
    }
}

TEST(a_reduction_outside_a_job_or_backwards_panics) {
    const auto add = [](int a, int b) { return a + b; };
    const auto one = [](size_t) { return 1; };
    EXPECT_PANIC(parallel_reduce(0, 0, 0, one, add));
    RunningSystem system(small_system(1));
    run_in(system, [&] { EXPECT_PANIC(parallel_reduce(2, 1, 0, one, add)); });
}

}  // namespace
