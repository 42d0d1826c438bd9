// test_thefts.cpp - a thief of little rests, and one of much does not
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/sched/thefts.hpp>

using namespace weft;

namespace {

void pass(uint32_t ticks) {
    const uint32_t from = Thefts::now();
    while (Thefts::now() - from < ticks)
        port::cpu_relax();
}

bool counts() {
    for (int i = 0; i < 1000; i++)
        if (Thefts::now() != Thefts::now()) return true;
    return false;
}

constexpr uint32_t kCost = 1000;
constexpr uint32_t kMuch = 4 * Thefts::kInterrupted;  // even if the theft took longer than it meant

void steal(Thefts& thefts, uint32_t worth) {
    const uint32_t from = Thefts::now();
    pass(kCost);
    thefts.took(from);
    pass(worth);
}

bool rests_after(const uint32_t* worths, unsigned count) {
    Thefts thefts;
    bool rests = false;
    for (unsigned i = 0; i < count; i++) {
        steal(thefts, worths[i]);
        rests = thefts.rests();
        EXPECT_EQ(thefts.resting(), rests);
    }
    return rests;
}

TEST(who_has_stolen_nothing_does_not_rest) {
    Thefts thefts;
    EXPECT(!thefts.rests() && !thefts.resting());
}

TEST(a_thief_of_little_rests_from_the_second_time_on_and_not_for_ever) {
    if (!counts()) return;
    const uint32_t little[] = {0, 0};
    unit::wait_until([&] { return rests_after(little, 2); });  // unless it is interrupted
    EXPECT(!rests_after(little, 1));
    Thefts thefts;
    unit::wait_until([&] {
        steal(thefts, 0);
        return thefts.rests();
    });
    unit::wait_until([&] { return !thefts.rests(); });
    EXPECT(!thefts.resting());
}

TEST(a_theft_that_pays_ends_the_rests) {
    if (!counts()) return;
    const uint32_t much_between[] = {0, kMuch, 0};
    for (int i = 0; i < 100; i++)
        EXPECT(!rests_after(much_between, 3));
}

TEST(a_theft_that_was_interrupted_says_nothing) {
    if (!counts()) return;
    for (int i = 0; i < 10; i++) {
        Thefts thefts;
        for (int k = 0; k < 2; k++) {
            const uint32_t from = Thefts::now();
            pass(Thefts::kInterrupted);
            thefts.took(from);
            EXPECT(!thefts.rests());
        }
    }
}

TEST(without_a_cycle_counter_nobody_rests) {
    if (counts()) return;
    Thefts thefts;
    for (int i = 0; i < 3; i++) {
        thefts.took(Thefts::now());
        EXPECT(!thefts.rests());
    }
}

}  // namespace
