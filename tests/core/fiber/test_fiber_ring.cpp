// test_fiber_ring.cpp - fibers that take turns, wait and wake
// SPDX-License-Identifier: MIT
#include <core/room.hpp>
#include <unit/unit.hpp>
#include <weft/fiber/fiber_ring.hpp>

using namespace weft;

namespace {

constexpr Config kConfig = room::fitted(Config().small_fibers(2, 70).frame_bytes(4096));

struct Ring {
    Ring() {
        EXPECT_OK(storage.map(kConfig));
        EXPECT_OK(ring.init(kConfig, storage.bytes()));
    }
    FiberRing* operator->() { return &ring; }

    MappedStorage storage;  // before the ring: given back after it
    FiberRing ring;
};

// What happened, in order.
struct Log {
    char text[64] = {};
    uint32_t length = 0;
    void add(char c) {
        if (length + 1 < sizeof text) text[length++] = c;
    }
};

}  // namespace

TEST(fibers_run_in_the_order_in_which_they_were_spawned) {
    Ring ring;
    Log log;
    for (char c = 'a'; c < 'e'; c++)
        EXPECT(ring->spawn("letter", [&log, c] { log.add(c); }));
    EXPECT_EQ(ring->run(), 0u);
    EXPECT(same_text(log.text, "abcd"));
}

TEST(a_yield_goes_behind_all_older_work) {
    Ring ring;
    Log log;
    for (char c = 'a'; c < 'd'; c++)
        ring->spawn("letter", [&log, c] {
            log.add(c);
            ring::yield();
            log.add(char(c - 'a' + 'A'));
            ring::yield();
            log.add('.');
        });
    ring->run();
    EXPECT(same_text(log.text, "abcABC..."));
}

TEST(a_fiber_alone_yields_to_itself) {
    Ring ring;
    uint32_t turns = 0;
    ring->spawn("alone", [&turns] {
        for (; turns < 1000; turns++)
            ring::yield();
    });
    EXPECT_EQ(ring->run(), 0u);
    EXPECT_EQ(turns, 1000u);
}

TEST(a_fiber_spawned_by_a_fiber_runs_after_those_already_queued) {
    Ring ring;
    Log log;
    ring->spawn("parent", [&log, r = &ring.ring] {
        log.add('p');
        r->spawn("child", [&log] { log.add('c'); });
        ring::yield();
        log.add('P');
    });
    ring->spawn("other", [&log] { log.add('o'); });
    ring->run();
    EXPECT(same_text(log.text, "pocP"));
}

TEST(waiters_wake_oldest_first_and_run_reports_who_still_waits) {
    Ring ring;
    Log log;
    WaitList list;
    for (char c = 'a'; c < 'd'; c++)
        ring->spawn("waiter", [&, c] {
            ring::wait(list);
            log.add(c);
        });
    EXPECT_EQ(ring->run(), 3u);
    EXPECT(same_text(log.text, ""));
    EXPECT_EQ(ring->wake_one(list), 1u);
    EXPECT_EQ(ring->run(), 2u);
    EXPECT(same_text(log.text, "a"));
    EXPECT_EQ(ring->wake_all(list), 2u);
    EXPECT_EQ(ring->wake_one(list), 0u);
    EXPECT_EQ(ring->run(), 0u);
    EXPECT(same_text(log.text, "abc"));
    EXPECT(list.empty());
}

TEST(a_fiber_wakes_another_from_inside) {
    Ring ring;
    Log log;
    WaitList list;
    ring->spawn("waiter", [&] {
        log.add('w');
        ring::wait(list);
        log.add('W');
    });
    ring->spawn("waker", [&] {
        log.add('k');
        EXPECT_EQ(ring::wake_one(list), 1u);
        EXPECT_EQ(ring::wake_all(list), 0u);
        log.add('K');
    });
    EXPECT_EQ(ring->run(), 0u);
    EXPECT(same_text(log.text, "wkKW"));
}

TEST(spawning_from_an_exhausted_pool_gives_null_and_loses_nothing) {
    NEEDS_RAM(1024 * 1024);
    Ring ring;
    uint32_t ran = 0, refused = 0;
    for (uint32_t i = 0; i < 100; i++)
        refused += !ring->spawn("counter", [&ran] { ran++; });
    EXPECT_EQ(refused, 30u);
    ring->run();
    EXPECT_EQ(ran, 70u);
    EXPECT_EQ(ring->pool().figures(StackClass::small).exhausted, 30u);
}

TEST(fibers_are_reused_without_being_made_again) {
    Ring ring;
    for (uint32_t i = 0; i < 500; i++) {
        EXPECT(ring->spawn("short", [] {}));
        ring->run();
    }
    EXPECT_EQ(ring->pool().figures(StackClass::small).made, 2u);
    EXPECT_EQ(ring->pool().figures(StackClass::small).acquired, 500u);
    EXPECT(ring->pool().invariants_hold());
}

TEST(trimmed_fibers_run_again_after_growth) {
    NEEDS_RAM(64 * 1024);
    Ring ring;
    uint32_t ran = 0;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 5; i++)
            ring->spawn("counter", [&ran] { ran++; });
        ring->run();
        EXPECT_EQ(ring->pool().trim(StackClass::small, 0), 5u);
    }
    EXPECT_EQ(ran, 15u);
}

TEST(each_fiber_keeps_its_own_locals) {
    Ring ring;
    static int things[3];
    for (uint32_t i = 0; i < 3; i++)
        ring->spawn("local", [i] {
            EXPECT(ring::fiber_local(1) == nullptr);
            ring::fiber_local(1) = &things[i];
            ring::yield();
            EXPECT(ring::fiber_local(1) == &things[i]);
            EXPECT(ring::fiber_local(0) == nullptr);
        });
    EXPECT_EQ(ring->run(), 0u);
}

TEST(large_stacks_can_be_asked_for_each_fiber) {
    Ring ring;
    size_t bytes = 0;
    ring->spawn(
        "large", [&] { bytes = FiberRing::current()->running()->info->stack.bytes(); },
        StackClass::large);
    ring->run();
    EXPECT(bytes >= kConfig.large_stack_bytes());
}

TEST(calls_outside_a_fiber_panic) {
    WaitList list;
    EXPECT_PANIC(ring::yield());
    EXPECT_PANIC(ring::wait(list));
    EXPECT_PANIC((void)ring::wake_one(list));
    EXPECT_PANIC((void)ring::wake_all(list));
    EXPECT_PANIC((void)ring::fiber_local(0));
}

TEST(running_a_ring_inside_a_ring_panics) {
    Ring ring;
    bool panicked = false;
    ring->spawn("inside", [&] { panicked = unit::panics_in([&] { ring->run(); }); });
    ring->run();
    EXPECT(panicked);
}

TEST(an_unknown_fiber_local_slot_panics) {
    Ring ring;
    bool panicked = false;
    ring->spawn("slots",
                [&] { panicked = unit::panics_in([] { (void)ring::fiber_local(kFiberLocals); }); });
    ring->run();
    EXPECT(panicked);
}

TEST(shutting_down_while_a_fiber_waits_panics) {
    Ring ring;
    WaitList list;
    ring->spawn("waiter", [&] { ring::wait(list); });
    EXPECT_EQ(ring->run(), 1u);
    EXPECT_PANIC(ring->shutdown());
    ring->wake_all(list);
    EXPECT_EQ(ring->run(), 0u);
}

TEST(two_workers_take_their_own_parts_of_one_storage) {
    NEEDS_RAM(64 * 1024);
    constexpr Config both = kConfig.workers(2);
    MappedStorage storage;
    EXPECT_OK(storage.map(both));
    FiberRing first, second;
    EXPECT_OK(first.init(both, storage.bytes(), 0));
    EXPECT_OK(second.init(both, storage.bytes(), 1));
    EXPECT_EQ(first.frame_memory().size, both.frame_bytes() * both.frames_in_flight());
    EXPECT(first.frame_memory().data + first.frame_memory().size <= second.frame_memory().data);
    uint32_t ran = 0;
    first.spawn("first", [&ran] { ran += 1; });
    second.spawn("second", [&ran] { ran += 10; });
    first.run();
    second.run();
    EXPECT_EQ(ran, 11u);
    FiberRing third;
    EXPECT_PANIC((void)third.init(both, storage.bytes(), 2));
}

TEST(waking_a_fiber_of_another_ring_panics) {
    NEEDS_RAM(64 * 1024);
    Ring mine, other;
    WaitList list;
    other->spawn("waiter", [&] { ring::wait(list); });
    EXPECT_EQ(other->run(), 1u);
    EXPECT_PANIC((void)mine->wake_one(list));
    EXPECT_EQ(other->wake_one(list), 1u);  // the refused call changed nothing
    EXPECT_EQ(other->run(), 0u);
}

TEST(rings_run_on_their_own_threads_at_the_same_time) {
    NEEDS_CORES(2);
    struct Work {
        Ring ring;
        uint32_t steps = 0;
        static void run(void* argument) {
            Work& work = *static_cast<Work*>(argument);
            for (int i = 0; i < 8; i++)
                work.ring->spawn("stepper", [&work] {
                    for (int k = 0; k < 500; k++, ring::yield())
                        work.steps++;
                });
            work.ring->run();
        }
    };
    static Work* works[2];
    Work a, b;
    works[0] = &a;
    works[1] = &b;
    EXPECT(port::start_core(1, false, Work::run, works[0]));
    Work::run(works[1]);
    port::join_core(1);
    EXPECT_EQ(a.steps, 4000u);
    EXPECT_EQ(b.steps, 4000u);
}
