// test_atomic.cpp - atomics of both kinds: the compiler's, and loops over compare-and-swap
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/base/atomic.hpp>

using namespace weft;

namespace {

enum class Colour : uint32_t { red = 1, green = 2 };

template <class Ops>
void check_numbers() {
    Atomic<uint32_t, Ops> number(5);
    EXPECT_EQ(number.exchange_acq_rel(6), 5u);
    EXPECT_EQ(number.fetch_add_relaxed(4), 6u);
    EXPECT_EQ(number.fetch_sub_release(1), 10u);
    EXPECT_EQ(number.fetch_or_acquire(0x10), 9u);
    EXPECT_EQ(number.fetch_and_acq_rel(0x18), 0x19u);
    EXPECT_EQ(number.load_acquire(), 0x18u);
    number.store_release(~0u);
    EXPECT_EQ(number.fetch_add_acq_rel(2), ~0u);  // wraps
    EXPECT_EQ(number.load_relaxed(), 1u);
}

template <class Ops>
void check_swaps() {
    int things[2];
    Atomic<int*, Ops> pointer;
    int* seen = &things[1];
    EXPECT(!pointer.cas_strong_acquire(seen, &things[0]));
    EXPECT(seen == nullptr);
    EXPECT(pointer.cas_strong_release(seen, &things[0]));
    seen = &things[0];
    while (!pointer.cas_weak_acq_rel(seen, &things[1])) {
    }
    EXPECT_EQ(pointer.load_relaxed(), &things[1]);

    Atomic<Colour, Ops> colour(Colour::red);
    Colour expected = Colour::green;
    EXPECT(!colour.cas_strong_relaxed(expected, Colour::green));
    EXPECT(expected == Colour::red);
    EXPECT(colour.exchange_relaxed(Colour::green) == Colour::red);
}

template <class Ops>
struct Contest {
    static constexpr uint32_t kRounds = 20000;
    Atomic<uint32_t, Ops> count{0};
    Atomic<uintptr_t, Ops> wide{0};

    static void play(void* argument) {
        Contest& contest = *static_cast<Contest*>(argument);
        for (uint32_t i = 0; i < kRounds; i++) {
            contest.count.fetch_add_relaxed(1);
            contest.wide.fetch_sub_relaxed(2);
        }
    }
};

template <class Ops>
void check_contest() {
    Contest<Ops> contest;
    EXPECT(port::start_core(1, false, Contest<Ops>::play, &contest));
    Contest<Ops>::play(&contest);
    port::join_core(1);
    EXPECT_EQ(contest.count.load_relaxed(), 2 * Contest<Ops>::kRounds);
    EXPECT_EQ(contest.wide.load_relaxed(), uintptr_t(0) - 4 * Contest<Ops>::kRounds);
}

// One core publishes a value by a flag, again and again: the reader must never see a flag without
// its value.
Atomic<uint32_t> flag;
uint32_t payload[64];
constexpr uint32_t kPublications = 2000;

void publish(void*) {
    for (uint32_t i = 1; i <= kPublications; i++) {
        payload[i % 64] = i;
        // Release: publishes payload[i % 64]. Pairs with the acquire load in the test below.
        flag.store_release(i);
        // Acquire: the reader is done with the slot. Pairs with its release store.
        unit::wait_until([i] { return flag.load_acquire() != i; });
    }
}

}  // namespace

TEST(native_atomics_do_what_their_names_say) {
    check_numbers<NativeOrEmulated>();
    check_swaps<NativeOrEmulated>();
}

TEST(emulated_atomics_do_what_their_names_say) {
    check_numbers<EmulatedOps>();
    check_swaps<EmulatedOps>();
}

TEST(native_atomics_lose_nothing_between_cores) {
    NEEDS_CORES(2);
    check_contest<NativeOrEmulated>();
}
TEST(emulated_atomics_lose_nothing_between_cores) {
    NEEDS_CORES(2);
    check_contest<EmulatedOps>();
}

TEST(a_release_publishes_what_an_acquire_reads) {
    NEEDS_CORES(2);
    flag.store_relaxed(0);
    EXPECT(port::start_core(1, false, publish, nullptr));
    uint32_t wrong = 0;
    for (uint32_t i = 1; i <= kPublications; i++) {
        // Acquire: reads payload after it. Pairs with the release in publish().
        unit::wait_until([i] { return flag.load_acquire() == i; });
        wrong += payload[i % 64] != i;
        // Release: pairs with the acquire in publish(), which writes the slot again.
        flag.store_release(0);
    }
    port::join_core(1);
    EXPECT_EQ(wrong, 0u);
}

TEST(a_word_that_one_core_adds_to_counts_and_wraps) {
    Atomic<uintptr_t> word(5);
    EXPECT(!word.add_alone_relaxed(7));
    EXPECT_EQ(word.load_relaxed(), 12u);
    EXPECT(word.add_alone_relaxed(~uintptr_t(0)));
    EXPECT_EQ(word.load_relaxed(), 11u);
    EXPECT(word.add_alone_relaxed(~uintptr_t(0) - 10));
    EXPECT_EQ(word.load_relaxed(), 0u);
    constexpr uintptr_t kTop = uintptr_t(1) << (sizeof(uintptr_t) * 8 - 1);  // no immediate
    EXPECT(!word.add_alone_relaxed(kTop));
    EXPECT_EQ(word.load_relaxed(), kTop);
}
