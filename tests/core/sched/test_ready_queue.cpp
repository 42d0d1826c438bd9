// test_ready_queue.cpp - fibers that may go on: their order, thieves, nothing twice
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/sched/ready_queue.hpp>

using namespace weft;

namespace {

constexpr uint32_t kFibers = 64;

struct Queued {
    explicit Queued(bool alone) {
        queue.init(alone);
        for (uint32_t i = 0; i < kFibers; i++)
            fibers[i].home = uint16_t(i);
    }
    void push_linked(uint32_t from, uint32_t to) {
        for (uint32_t i = from; i + 1 < to; i++)
            fibers[i].next = &fibers[i + 1];
        queue.push_all(&fibers[from], &fibers[to - 1], to - from);
    }

    ReadyQueue queue;
    Fiber fibers[kFibers];
};

TEST(ready_fibers_leave_a_queue_in_the_order_they_came) {
    Queued q(true);
    q.queue.push(&q.fibers[0]);
    q.push_linked(1, 5);
    q.queue.push(&q.fibers[5]);
    q.push_linked(6, 7);
    EXPECT_EQ(q.queue.count(), 7u);
    for (uint32_t i = 0; i < 7; i++)
        EXPECT(q.queue.pop() == &q.fibers[i]);
    EXPECT(q.queue.pop() == nullptr && q.queue.empty());
}

TEST(a_thief_takes_the_older_half_of_the_ready_fibers) {
    Queued q(false);
    q.push_linked(0, 5);
    uint32_t count;
    Fiber* taken = q.queue.pop_half(8, &count);
    EXPECT_EQ(count, 3u);
    for (uint32_t i = 0; i < 3; i++, taken = taken->next)
        EXPECT(taken == &q.fibers[i]);
    EXPECT(taken == nullptr);
    EXPECT_EQ(q.queue.count(), 2u);
    q.push_linked(5, 40);
    (void)q.queue.pop_half(8, &count);
    EXPECT_EQ(count, 8u);
    while (q.queue.pop() != nullptr) {
    }
    EXPECT(q.queue.pop_half(8, &count) == nullptr);
    EXPECT_EQ(count, 0u);
}

constexpr uint32_t kRounds = unit::kModelSteps / 1000;
Queued* shared;
Atomic<uint32_t> over, stolen;

void steal_until_over(void*) {
    while (over.load_relaxed() == 0) {  // Relaxed: only that it is over.
        uint32_t count;
        Fiber* fiber = shared->queue.pop_half(8, &count);
        if (fiber == nullptr) port::cpu_relax();
        for (uint32_t i = 0; i < count; i++, fiber = fiber->next)
            fiber->worker++;
        // Release: the fibers may be used again. Pairs with the acquire below.
        stolen.fetch_add_release(count);
    }
}

// A fiber's field is written by whoever took it: twice taken, or not, and the sum is wrong.
TEST(an_owner_and_a_thief_take_each_ready_fiber_once) {
    NEEDS_CORES(2);
    Queued q(false);
    shared = &q;
    over.store_relaxed(0);    // Relaxed: nobody looks yet.
    stolen.store_relaxed(0);  // Relaxed: as above.
    for (Fiber& fiber : q.fibers)
        fiber.worker = 0;
    EXPECT(port::start_core(1, false, steal_until_over, nullptr));
    uint32_t taken = 0;
    for (uint32_t round = 1; round <= kRounds; round++) {
        q.push_linked(0, kFibers);
        for (; Fiber* fiber = q.queue.pop(); taken++)
            fiber->worker++;
        // Acquire: pairs with the release above.
        unit::wait_until([&] { return taken + stolen.load_acquire() >= round * kFibers; });
    }
    over.store_relaxed(1);  // Relaxed: only that it is over.
    port::join_core(1);
    EXPECT_EQ(taken + stolen.load_relaxed(), kRounds * kFibers);  // Relaxed: after the join.
    for (Fiber& fiber : q.fibers)
        EXPECT_EQ(fiber.worker, kRounds);
}

}  // namespace
