// test_cores.cpp - cores, park and wake, clock, compare-and-swap
// SPDX-License-Identifier: MIT
#include <port.hpp>
#include <unit/unit.hpp>

using namespace weft;

namespace {

constexpr uint64_t kMillisecond = 1000000;

port::Parker there, back;
uint32_t message, answer;

void answer_once(void*) {
    port::park(there, port::kNoDeadline);
    answer = message + 1;
    port::unpark(back);
}

uint32_t shared_u32;
uintptr_t shared_word;
constexpr uint32_t kIncrements = 20000;

void increment_both(void*) {
    for (uint32_t i = 0; i < kIncrements; i++) {
        uint32_t seen = 0;
        while (!port::compare_and_swap_u32(&shared_u32, seen, seen + 1)) {
        }
        uintptr_t word = 0;
        while (!port::compare_and_swap_word(&shared_word, word, word + 3))
            port::cpu_relax();
    }
}

void note_worker(void* argument) {
    *static_cast<void**>(argument) = port::current_worker();
    port::set_current_worker(argument);
}

#ifdef __linux__
void note_cpu(void* argument) {
    *static_cast<uint32_t*>(argument) = port::pinned_cpu();
}
#endif

}  // namespace

#ifdef __linux__

// One that inherited its starter's CPU could not run before the starter leaves that.
TEST(a_core_starts_near_while_its_starter_keeps_its_own_cpu) {
    NEEDS_CORES(2);
    if (port::core_count() < 2) return;
    port::CpuPlace places[2] = {};
    (void)port::cpu_places(places, 2);
    const uint32_t before = port::pinned_cpu();
    EXPECT(port::pin_self_to_cpu(places[0].cpu));
    uint32_t cpu = port::kAnyCpu;
    EXPECT(port::start_core_near(1, places[1].cpu, note_cpu, &cpu));
    port::join_core(1);
    EXPECT_EQ(cpu, places[1].cpu);
    EXPECT(port::pin_self_to_cpu(before));
}

// Taken away since somebody read the table: it starts, and its entry sees.
TEST(a_core_starts_though_its_cpu_is_not_there) {
    NEEDS_CORES(2);
    uint32_t cpu = 0;
    EXPECT(port::start_core_near(1, 65000, note_cpu, &cpu));
    port::join_core(1);
    EXPECT_EQ(cpu, port::pinned_cpu());
}

#endif

TEST(another_core_runs_and_its_writes_arrive) {
    NEEDS_CORES(2);
    message = 41;
    answer = 0;
    EXPECT(port::start_core(1, false, answer_once, nullptr));
    port::unpark(there);
    EXPECT(port::park(back, port::kNoDeadline));
    EXPECT_EQ(answer, 42u);
    port::join_core(1);
}

TEST(a_taken_or_impossible_slot_is_refused) {
    NEEDS_CORES(2);
    EXPECT(port::start_core(1, false, answer_once, nullptr));
    EXPECT(!port::start_core(1, false, answer_once, nullptr));
    port::unpark(there);
    port::join_core(1);
    EXPECT(port::park(back, port::kNoDeadline));
    EXPECT(!port::start_core(port::kMaxCores, false, answer_once, nullptr));
    EXPECT(!port::start_core(3, true, answer_once, nullptr) || port::core_count() > 3);
    if (port::core_count() > 3) {
        port::unpark(there);
        port::join_core(3);
        EXPECT(port::park(back, port::kNoDeadline));
    }
}

TEST(a_pinned_core_runs) {
    NEEDS_CORES(2);
    uint32_t slot = port::core_count() - 1;
    EXPECT(port::start_core(slot, true, answer_once, nullptr));
    port::unpark(there);
    port::join_core(slot);
    EXPECT(port::park(back, port::kNoDeadline));
}

TEST(a_token_given_early_is_taken_once) {
    port::Parker parker;
    port::unpark(parker);
    port::unpark(parker);
    EXPECT(port::park(parker, port::kNoDeadline));
    EXPECT(!port::park(parker, port::now_ns()));
}

TEST(parking_ends_at_its_deadline) {
    port::Parker parker;
    const uint64_t start = port::now_ns();
    EXPECT(!port::park(parker, start + 3 * kMillisecond));
    EXPECT(port::now_ns() - start >= 3 * kMillisecond);
    port::unpark(parker);  // a token after a timeout is not lost
    EXPECT(port::park(parker, port::kNoDeadline));
}

TEST(the_clock_never_falls) {
    uint64_t last = port::now_ns();
    for (int i = 0; i < 1000; i++) {
        const uint64_t now = port::now_ns();
        EXPECT(now >= last);
        last = now;
    }
}

TEST(compare_and_swap_loses_no_increment) {
    NEEDS_CORES(2);
    shared_u32 = 0;
    shared_word = 0;
    EXPECT(port::start_core(1, false, increment_both, nullptr));
    increment_both(nullptr);
    port::join_core(1);
    EXPECT_EQ(shared_u32, 2 * kIncrements);
    EXPECT_EQ(shared_word, uintptr_t(6) * kIncrements);
}

TEST(a_refused_compare_and_swap_reports_what_it_saw) {
    uint32_t word = 7, seen = 6;
    EXPECT(!port::compare_and_swap_u32(&word, seen, 9));
    EXPECT_EQ(seen, 7u);
    EXPECT_EQ(word, 7u);
    EXPECT(port::compare_and_swap_u32(&word, seen, 9));
    EXPECT_EQ(word, 9u);
}

TEST(each_core_has_its_own_worker_pointer) {
    NEEDS_CORES(2);
    int mine;
    void* seen = &mine;
    port::set_current_worker(&mine);
    EXPECT(port::start_core(1, false, note_worker, &seen));
    port::join_core(1);
    EXPECT_EQ(port::current_worker(), static_cast<void*>(&mine));
    EXPECT(seen == port::weft_no_worker);
    EXPECT(port::has_worker());
    port::set_current_worker(nullptr);
    EXPECT(!port::has_worker());
}
