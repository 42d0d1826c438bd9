// test_fp_control.cpp - the FP control word belongs to the thread, or to the fiber when so built
// SPDX-License-Identifier: MIT
#include <port/pair.hpp>
#include <unit/unit.hpp>

using namespace weft;

namespace {

pair::Thread thread;
pair::Strand strand;
uint64_t seen_first, seen_after;

void raise_control(port::Context*, void*) {
    port::tool_after_switch(strand.tool);
    seen_first = port::fp_control();
    port::set_fp_control(port::kRaisedFpControl);
    pair::go(strand, thread, nullptr);
    seen_after = port::fp_control();
    pair::go(strand, thread, nullptr);
}

}  // namespace

TEST(fp_control_follows_the_policy_of_the_build) {
    const uint64_t mine = port::fp_control();
    thread.adopt();
    strand.open(raise_control);
    pair::go(thread, strand, nullptr);
    const uint64_t after_first = port::fp_control();
    port::set_fp_control(mine);
    pair::go(thread, strand, nullptr);
    const uint64_t after_second = port::fp_control();
    port::set_fp_control(mine);
    strand.close();

    EXPECT_EQ(seen_first, mine);  // a new context starts with its maker's
#if WEFT_SWITCH_FP_CONTROL
    EXPECT_EQ(after_first, mine);
    EXPECT_EQ(seen_after, port::kRaisedFpControl);
    EXPECT_EQ(after_second, mine);
#else
    EXPECT_EQ(after_first, port::kRaisedFpControl);  // it stayed with the thread
    EXPECT_EQ(seen_after, mine);
    EXPECT_EQ(after_second, mine);
#endif
}

TEST(fp_control_reads_back_what_was_set) {
    if (port::kRaisedFpControl == 0) return unit::skip("needs an FPU");
    const uint64_t mine = port::fp_control();
    port::set_fp_control(port::kRaisedFpControl);
    const uint64_t raised = port::fp_control();
    port::set_fp_control(mine);
    EXPECT_EQ(raised, port::kRaisedFpControl);
    EXPECT_EQ(port::fp_control(), mine);
    EXPECT(mine != port::kRaisedFpControl);
}
