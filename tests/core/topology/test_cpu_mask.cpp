// test_cpu_mask.cpp - sets of CPUs over several segments
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/topology/cpu_mask.hpp>

using namespace weft;

TEST(a_cpu_mask_holds_numbers_beyond_any_one_word) {
    CpuSet<200> set;
    const uint32_t numbers[] = {0, 31, 32, 64, 191, 199};
    for (const uint32_t cpu : numbers)
        EXPECT(set.add(cpu));
    EXPECT_EQ(set.count(), 6u);
    EXPECT(set.has(191) && !set.has(190) && !set.has(100000));
    set.remove(64);
    set.remove(100000);
    EXPECT(!set.has(64));
    EXPECT_EQ(set.count(), 5u);
    set.clear();
    EXPECT_EQ(set.count(), 0u);
}

TEST(a_cpu_mask_refuses_what_it_has_no_words_for) {
    CpuSet<33> set;
    EXPECT_EQ(set.capacity(), 64u);
    EXPECT(!set.add(64));
    EXPECT_EQ(set.count(), 0u);
    CpuMask none;
    EXPECT(!none.add(0) && !none.has(0));
    EXPECT_EQ(none.next(0), CpuMask::kEnd);
}

TEST(a_walk_over_a_cpu_mask_meets_each_number_once_and_in_order) {
    CpuSet<4096> set;
    const uint32_t numbers[] = {3, 31, 32, 95, 96, 2048, 4095};
    for (const uint32_t cpu : numbers)
        EXPECT(set.add(cpu));
    size_t met = 0;
    for (uint32_t cpu = set.next(0); cpu != CpuMask::kEnd; cpu = set.next(cpu + 1))
        EXPECT_EQ(cpu, numbers[met++]);
    EXPECT_EQ(met, 7u);
    EXPECT_EQ(set.next(97), 2048u);
    EXPECT_EQ(set.next(4096), CpuMask::kEnd);
}
