// test_scope.cpp - children of a scope: waited for, failing, dropped
// SPDX-License-Identifier: MIT
#include "../system/system_fixture.hpp"

using namespace weft;

namespace {

void add(Atomic<uint32_t>& to) {
    to.fetch_add_relaxed(1);  // Relaxed: a count.
}

uint32_t value(const Atomic<uint32_t>& of) {
    return of.load_relaxed();  // Relaxed: the wait ordered it.
}

// A tree of children, each of which spawns into the same scope.
void grow(Scope& scope, Atomic<uint32_t>& count, uint32_t depth) {
    add(count);
    for (uint32_t i = 0; i < 3 && depth > 0; i++)
        scope.spawn([&scope, &count, depth] { grow(scope, count, depth - 1); });
}

TEST(a_scope_waits_for_children_of_children) {
    for (uint32_t workers = 1; workers <= unit::cores(2); workers++) {
        RunningSystem system(small_system(workers));
        run_in(system, [] {
            Atomic<uint32_t> count;
            Scope scope;
            grow(scope, count, 7);
            EXPECT_OK(scope.wait());
            EXPECT_EQ(value(count), 3280u);  // 1 + 3 + ... + 3^7
            scope.spawn([&count] { add(count); });
            EXPECT_OK(scope.wait());
            EXPECT_EQ(value(count), 3281u);
        });
    }
}

TEST(the_end_of_a_scope_waits) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2));
    run_in(two, [] {
        Atomic<uint32_t> count;
        {
            Scope scope;
            for (int i = 0; i < 100; i++)
                scope.spawn([&count] {
                    yield();
                    add(count);
                });
        }
        EXPECT_EQ(value(count), 100u);
    });
}

TEST(an_empty_scope_is_over_at_once) {
    RunningSystem one(small_system(1));
    run_in(one, [] { EXPECT_OK(Scope().wait()); });
}

TEST(the_first_failure_of_a_scope_wins_and_stops_nobody) {
    RunningSystem one(small_system(1));
    run_in(one, [] {
        Atomic<uint32_t> count;
        Scope scope;  // one worker runs the newest child first
        scope.spawn([&count] {
            add(count);
            return Status::failed;
        });
        scope.spawn([&count] {
            add(count);
            return Status::exhausted;
        });
        scope.spawn([&count] { add(count); });
        EXPECT_EQ(scope.wait(), Status::exhausted);
        EXPECT_EQ(value(count), 3u);
    });
}

TEST(a_cancelled_scope_drops_children_that_have_not_started) {
    RunningSystem one(small_system(1));
    run_in(one, [] {
        Atomic<uint32_t> count;
        Scope scope;
        for (int i = 0; i < 10; i++)
            scope.spawn([&count] { add(count); });
        EXPECT(!scope.cancelled());
        scope.cancel();
        EXPECT(scope.cancelled());
        EXPECT_EQ(scope.wait(), Status::cancelled);
        EXPECT_EQ(value(count), 0u);
    });
    EXPECT_EQ(one.scheduler().figures().all.dropped, 10u);
}

TEST(a_running_child_sees_that_its_scope_is_cancelled) {
    for (uint32_t workers = 1; workers <= unit::cores(2); workers++) {
        RunningSystem system(small_system(workers));
        run_in(system, [] {
            Atomic<uint32_t> started;
            Scope scope;
            scope.spawn([&] {
                add(started);
                while (!scope.cancelled())
                    yield();
            });
            while (value(started) == 0)
                yield();
            scope.cancel();
            EXPECT_EQ(scope.wait(), Status::cancelled);
        });
    }
}

TEST(a_failure_before_the_cancellation_is_what_a_scope_says) {
    RunningSystem one(small_system(1));
    run_in(one, [] {
        Scope scope;
        scope.spawn([] { return Status::failed; });
        EXPECT_EQ(scope.wait(), Status::failed);
        scope.cancel();
        EXPECT_EQ(scope.wait(), Status::failed);
    });
}

TEST(spawning_into_a_scope_outside_a_job_panics) {
    Scope scope;
    EXPECT_PANIC(scope.spawn([] {}));
}

}  // namespace
