// test_switch.cpp - the context switch: what is passed, where it lands, how deep, how often
// SPDX-License-Identifier: MIT
#include <port/pair.hpp>
#include <unit/unit.hpp>

using namespace weft;

namespace {

pair::Thread thread;
pair::Strand strand;

struct Seen {
    port::Context* self;
    void* pass;
    uintptr_t stack_pointer;
    uintptr_t aligned_local;
} seen;

int token_in, token_out, token_again;

void note_and_leave(port::Context* self, void* pass) {
    port::tool_after_switch(strand.tool);
    alignas(port::kStackAlign) volatile unsigned char local[port::kStackAlign] = {};
    seen = {self, pass, port::stack_pointer(), reinterpret_cast<uintptr_t>(&local)};
    const port::Switched again = pair::go(strand, thread, &token_out);
    seen.self = again.self;
    seen.pass = again.pass;
    pair::go(strand, thread, nullptr);
}

void* enter_partner() {
    thread.adopt();
    strand.open(note_and_leave);
    return pair::go(thread, strand, &token_in).pass;
}

uint32_t turns;

void count_turns(port::Context*, void*) {
    port::tool_after_switch(strand.tool);
    for (;;) {
        turns++;
        pair::go(strand, thread, nullptr);
    }
}

constexpr uint32_t kDepth = unit::kRamBytes < 1024 * 1024 ? 6 : 64;
pair::Strand nest[kDepth];
uint32_t entered, left;

void descend(port::Context* self, void* pass) {
    const uint32_t level = entered++;
    port::tool_after_switch(nest[level].tool);
    EXPECT(self == &nest[level].context);
    if (level + 1 < kDepth) pair::go(nest[level], nest[level + 1], pass);
    EXPECT_EQ(kDepth - 1 - level, left);
    left++;
    if (level == 0) pair::go(nest[level], thread, pass);
    pair::go(nest[level], nest[level - 1], pass);
}

__attribute__((noinline)) uint8_t add_and_double(uint32_t* argument, uint8_t how) {
    *argument += how;
    return uint8_t(2 * how);
}

// Sums over its switches, so that what it keeps on its stack and in registers matters.
void sum_turns(port::Context*, void* pass) {
    port::tool_after_switch(strand.tool);
    volatile uintptr_t on_stack = 0;
    uintptr_t kept = 1;
    for (;;) {
        on_stack = on_stack + reinterpret_cast<uintptr_t>(pass);
        kept += reinterpret_cast<uintptr_t>(pass);
        pass = pair::go(strand, thread, reinterpret_cast<void*>(on_stack + kept)).pass;
    }
}

}  // namespace

TEST(this_machine_allows_switching_stacks) {
    EXPECT(port::can_switch());
}

#if defined(__x86_64__)
TEST(an_active_shadow_stack_forbids_switching) {
    EXPECT(port::can_switch_with(0));
    EXPECT(!port::can_switch_with(0x7ffff7ff8ff8));
}
#endif

TEST(a_new_context_enters_with_self_pass_and_an_aligned_stack_of_its_own) {
    void* back = enter_partner();
    const uintptr_t low = reinterpret_cast<uintptr_t>(strand.stack);
    EXPECT_EQ(back, static_cast<void*>(&token_out));
    EXPECT_EQ(seen.self, &strand.context);
    EXPECT_EQ(seen.pass, static_cast<void*>(&token_in));
    EXPECT(seen.stack_pointer - low < pair::kStackBytes);
    EXPECT_EQ(seen.aligned_local % port::kStackAlign, 0u);
    strand.close();
}

TEST(a_resumed_context_is_told_itself_and_what_was_passed) {
    enter_partner();
    pair::go(thread, strand, &token_again);
    EXPECT_EQ(seen.self, &strand.context);
    EXPECT_EQ(seen.pass, static_cast<void*>(&token_again));
    strand.close();
}

TEST(a_hundred_thousand_switches_each_arrive) {
    thread.adopt();
    strand.open(count_turns);
    turns = 0;
    for (uint32_t i = 0; i < 100000; i++)
        pair::go(thread, strand, nullptr);
    EXPECT_EQ(turns, 100000u);
    strand.close();
}

TEST(contexts_nest_deep_and_unwind_in_order) {
    thread.adopt();
    entered = left = 0;
    for (pair::Strand& level : nest)
        level.open(descend);
    pair::go(thread, nest[0], nullptr);
    EXPECT_EQ(entered, kDepth);
    EXPECT_EQ(left, kDepth);
    for (pair::Strand& level : nest)
        level.close();
}

TEST(a_context_may_switch_to_itself) {
    thread.adopt();
    EXPECT_EQ(pair::go(thread, thread, &token_in).pass, static_cast<void*>(&token_in));
}

TEST(one_instruction_calls_functions_and_resumes_contexts) {
    thread.adopt();
    strand.open(sum_turns);
    uint32_t called = 0, expected = 0;
    uintptr_t sum = 0;
    for (uint32_t turn = 0; turn < 1000; turn++) {
        const bool calls = turn % 3 == 0;
        const port::Entered entered =
            pair::enter(thread, strand, calls ? add_and_double : nullptr, &called,
                        uint8_t(turn % 100), reinterpret_cast<void*>(uintptr_t(turn)));
        EXPECT_EQ(entered.self == nullptr, calls);
        if (calls) {
            EXPECT_EQ(uint8_t(entered.result), 2 * (turn % 100));
            expected += turn % 100;
            continue;
        }
        sum += turn;
        EXPECT_EQ(entered.self, &thread.context);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(entered.pass), 2 * sum + 1);
    }
    EXPECT_EQ(called, expected);
    strand.close();
}
