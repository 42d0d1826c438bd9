// test_injector.cpp - outside work: order, refusals, producers and takers at once
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/sched/injector.hpp>

using namespace weft;

namespace {

bool push(Injector& injector, uint32_t number) {
    Job job = {};
    __builtin_memcpy(job.closure, &number, sizeof number);
    return injector.push(job);
}

uint32_t number_of(const Job& job) {
    uint32_t number;
    __builtin_memcpy(&number, job.closure, sizeof number);
    return number;
}

TEST(an_injector_agrees_with_a_queue_for_a_million_steps) {
    Injector::Cell cells[8];
    Injector injector;
    injector.init(cells);
    unit::Random random(5);
    uint32_t pushed = 0, popped = 0, full = 0, none = 0;
    for (uint32_t i = 0; i < unit::kModelSteps; i++) {
        if (random.below(2) == 0) {
            const bool room = pushed - popped < 8;
            EXPECT_EQ(push(injector, pushed), room);
            room ? pushed++ : full++;
        } else {
            Job job;
            const bool some = pushed != popped;
            EXPECT_EQ(injector.pop(&job), some);
            if (some) EXPECT_EQ(number_of(job), popped++);
            none += !some;
        }
        EXPECT_EQ(injector.count(), pushed - popped);
    }
    EXPECT(full > 100 && none > 100);
}

TEST(an_injector_that_is_laid_out_again_is_empty_and_has_all_its_room) {
    Injector::Cell cells[4];
    Injector injector;
    injector.init(cells);
    Job job;
    for (uint32_t i = 0; i < 6; i++)
        EXPECT(push(injector, i) && injector.pop(&job));
    injector.init(cells);
    EXPECT(injector.empty() && !injector.pop(&job));
    for (uint32_t i = 0; i < 4; i++)
        EXPECT(push(injector, i));
    EXPECT(!push(injector, 4));
    EXPECT(injector.pop(&job));
    EXPECT_EQ(number_of(job), 0u);
}

constexpr uint32_t kEach = unit::kModelSteps / 20;

struct Crowd {
    Injector::Cell cells[8];
    Injector injector;
    Atomic<uint32_t> taken;
    Atomic<uint32_t> seen[2 * kEach];
};

void take_one(Crowd& crowd) {
    Job job;
    if (!crowd.injector.pop(&job)) return;
    crowd.seen[number_of(job)].fetch_add_relaxed(1);  // Relaxed: a count.
    crowd.taken.fetch_add_relaxed(1);                 // Relaxed: as above.
}

void produce_and_take(Crowd& crowd, uint32_t from) {
    for (uint32_t i = 0; i < kEach; i++) {
        while (!push(crowd.injector, from + i))
            take_one(crowd);
        if (i % 3 == 0) take_one(crowd);
    }
}

Crowd crowd;

TEST(two_producers_that_also_take_lose_and_double_nothing) {
    NEEDS_CORES(2);
    crowd.injector.init(crowd.cells);
    crowd.taken.store_relaxed(0);  // Relaxed: nobody else is here.
    for (Atomic<uint32_t>& seen : crowd.seen)
        seen.store_relaxed(0);  // Relaxed: as above.
    EXPECT(port::start_core(
        1, false, [](void*) { produce_and_take(crowd, kEach); }, nullptr));
    produce_and_take(crowd, 0);
    unit::wait_until([] {
        take_one(crowd);
        return crowd.taken.load_relaxed() == 2 * kEach;  // Relaxed: a count.
    });
    port::join_core(1);
    for (Atomic<uint32_t>& seen : crowd.seen)
        EXPECT_EQ(seen.load_relaxed(), 1u);  // Relaxed: the other core has ended.
}

}  // namespace
