// test_bits.cpp - alignment, and arithmetic that sticks at the top
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/base/bits.hpp>

using namespace weft;

TEST(powers_of_two_are_told_from_the_rest) {
    EXPECT(!is_power_of_two(0));
    EXPECT(is_power_of_two(1) && is_power_of_two(4096) && is_power_of_two(kHuge / 2 + 1));
    EXPECT(!is_power_of_two(3) && !is_power_of_two(kHuge));
}

TEST(aligning_goes_to_the_right_side) {
    EXPECT_EQ(align_down(4097, 4096), 4096u);
    EXPECT_EQ(align_up_saturating(4097, 4096), 8192u);
    EXPECT_EQ(align_up_saturating(4096, 4096), 4096u);
    EXPECT_EQ(align_up_saturating(0, 64), 0u);
    EXPECT_EQ(align_up_saturating(kHuge - 3, 64), kHuge);
    EXPECT(is_aligned(128, 64) && !is_aligned(96, 64));
}

TEST(sums_and_products_stick_instead_of_wrapping) {
    EXPECT_EQ(add_saturating(kHuge - 1, 1), kHuge);
    EXPECT_EQ(add_saturating(kHuge, 1), kHuge);
    EXPECT_EQ(multiply_saturating(0, kHuge), 0u);
    EXPECT_EQ(multiply_saturating(kHuge, 1), kHuge);
    EXPECT_EQ(multiply_saturating(kHuge / 2, 3), kHuge);
    EXPECT_EQ(
        multiply_saturating(size_t(1) << (sizeof(size_t) * 4), size_t(1) << (sizeof(size_t) * 4)),
        kHuge);
    unit::Random random(7);
    for (int i = 0; i < 1000; i++) {
        const size_t a = random.next() >> 16, b = random.next() >> 16;
        EXPECT_EQ(multiply_saturating(a, b), a * b);
    }
}

TEST(bit_positions_are_found) {
    for (unsigned bit = 0; bit < sizeof(size_t) * 8; bit++) {
        EXPECT_EQ(highest_bit(size_t(1) << bit), bit);
        EXPECT_EQ(highest_bit((size_t(1) << bit) | 1), bit);
    }
    EXPECT_EQ(lowest_bit(0x80000000u), 31u);
    EXPECT_EQ(lowest_bit(6), 1u);
}
