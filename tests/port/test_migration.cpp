// test_migration.cpp - a context suspended on one thread goes on correctly on another
// SPDX-License-Identifier: MIT
#include <port/pair.hpp>
#include <port/registers.hpp>
#include <unit/unit.hpp>

using namespace weft;

namespace {

constexpr uint32_t kHops = 2000;

struct Side {
    pair::Thread thread;
    port::Parker parker;
    uint32_t number;
};

Side sides[2];
pair::Strand wanderer;
uint32_t hops;
bool wrong_worker, wrong_register;

Side& side_here() {
    return *static_cast<Side*>(port::current_worker());
}

__attribute__((noinline)) void hop(void*) {
    Side& here = side_here();
    pair::go(wanderer, here.thread, nullptr);
}

// Asks for its worker before and after every hop, in one function: a compiler that kept the thread
// pointer over the switch would give the old one.
void wander(port::Context*, void*) {
    port::tool_after_switch(wanderer.tool);
    for (;;) {
        uint64_t in[kKeptRegisters], out[kKeptRegisters];
        for (int i = 0; i < kKeptRegisters; i++)
            in[i] = 0x1000u * hops + uint64_t(i);
        const uint32_t before = side_here().number;
        weft_test_call_filled(in, out, hop, nullptr);
        const uint32_t after = side_here().number;
        wrong_worker = wrong_worker || after == before;
        for (int i = 0; i < kKeptRegisters; i++)
            wrong_register = wrong_register || in[i] != out[i];
        const uint32_t inlined_before = side_here().number;
        pair::go(wanderer, side_here().thread, nullptr);
        wrong_worker = wrong_worker || side_here().number == inlined_before;
    }
}

// Waits for its turn, carries the wanderer on until it comes back, and hands it to the other side.
void carry(void* argument) {
    Side& mine = *static_cast<Side*>(argument);
    Side& other = sides[1 - mine.number];
    mine.thread.adopt();
    port::set_current_worker(&mine);
    for (uint32_t turn = 0; turn < kHops; turn++) {
        port::park(mine.parker, port::kNoDeadline);
        pair::go(mine.thread, wanderer, nullptr);
        hops++;
        port::unpark(other.parker);
    }
    port::set_current_worker(nullptr);
}

}  // namespace

TEST(a_fiber_migrates_between_threads_with_all_its_registers) {
    NEEDS_CORES(2);
    hops = 0;
    wrong_worker = wrong_register = false;
    sides[0].number = 0;
    sides[1].number = 1;
    wanderer.open(wander);
    EXPECT(port::start_core(1, false, carry, &sides[1]));
    port::unpark(sides[0].parker);
    carry(&sides[0]);
    port::join_core(1);
    wanderer.close();
    port::park(sides[0].parker, port::now_ns());  // the last turn left a token for side 0
    EXPECT_EQ(hops, 2 * kHops);
    EXPECT(!wrong_worker);
    EXPECT(!wrong_register);
}
