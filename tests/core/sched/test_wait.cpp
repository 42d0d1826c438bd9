// test_wait.cpp - waits that end by a signal, a deadline, from outside, or on a short pool
// SPDX-License-Identifier: MIT
#include "../system/system_fixture.hpp"

using namespace weft;

namespace {

constexpr uint32_t kRounds = unit::kModelSteps / 50;

void add(Atomic<uint32_t>& to) {
    to.fetch_add_relaxed(1);  // Relaxed: a count.
}

// Deadlines that have passed already when they are set: another worker finds them before their
// waiter has entered.
TEST(a_deadline_races_a_signal_and_one_of_them_ends_the_wait) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2).idle_spins(100000));
    run_in(two, [] {
        uint32_t signalled = 0, late = 0;
        for (uint32_t i = 0; i < kRounds; i++) {
            Counter gate(1), opened;
            Counter* const at = &gate;
            run(opened, [at] { decrement(*at); });
            const Status status = wait_until(gate, port::now_ns() + i % 8 * 100);
            (status == Status::ok ? signalled : late)++;
            EXPECT(status == Status::ok || status == Status::timed_out);
            EXPECT_OK(wait(opened));
            EXPECT(gate.complete());
        }
        EXPECT_EQ(signalled + late, kRounds);
    });
    EXPECT(two.scheduler().timers.empty());
}

TEST(a_deadline_that_passes_before_its_waiter_sleeps_is_let_go_of) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2).idle_spins(1u << 30));
    run_in(two, [] {
        for (uint32_t i = 0; i < kRounds; i++) {
            Counter never(1);
            EXPECT_EQ(wait_until(never, 1), Status::timed_out);
            decrement(never);
        }
    });
    EXPECT(two.scheduler().timers.empty());
}

TEST(deadlines_end_waits_in_their_order) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(small_system(1));
    run_in(one, [] {
        Counter never(1), done;
        Counter* const at = &never;
        uint32_t order = 0;
        uint32_t* const ended = &order;
        const uint64_t start = port::now_ns();
        for (uint32_t i = 0; i < 8; i++)
            run(done, [=] {
                const uint32_t turn = i * 5 % 8;
                EXPECT_EQ(wait_until(*at, start + 20000000 + turn * 300000), Status::timed_out);
                EXPECT_EQ((*ended)++, turn);
            });
        EXPECT_OK(wait(done));
        decrement(never);
    });
}

// With nobody else to run: each yield comes back at once, by way of a fresh fiber. Picks made in
// between shift the looks: an even and an odd number of them went before.
void yield_past_a_deadline() {
    constexpr uint32_t kFewYields = 64;
    Counter never(1), done;
    Counter* const at = &never;
    const uint64_t due = port::now_ns() + 1000000;
    run(done, [at, due] { EXPECT_EQ(wait_until(*at, due), Status::timed_out); });
    while (port::now_ns() < due)
        yield();
    for (uint32_t i = 0; i < kFewYields; i++)
        yield();
    EXPECT(done.complete());
    EXPECT_OK(wait(done));
    decrement(never);
}

TEST(a_fiber_that_yields_alone_lets_deadlines_pass) {
    RunningSystem one(small_system(1));
    run_in(one, [] {
        for (uint32_t round = 0; round < 4; round++) {
            yield_past_a_deadline();
            Counter other;
            run(other, [] {});
            yield();
            EXPECT_OK(wait(other));
        }
    });
}

TEST(a_cancelled_counter_drops_what_has_not_started) {
    RunningSystem one(small_system(1));
    run_in(one, [] {
        Counter done;
        Counter* const mine = &done;
        uint32_t ran = 0;
        uint32_t* const count = &ran;
        for (int i = 0; i < 10; i++)
            run(done, [=] {
                if (++*count == 3) mine->cancel();
            });
        EXPECT_EQ(wait(done), Status::cancelled);
        EXPECT_EQ(ran, 3u);
    });
    EXPECT_EQ(one.scheduler().figures().all.dropped, 7u);
}

TEST(a_thread_outside_waits_with_a_deadline) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2));
    Counter never(1);
    EXPECT_EQ(wait_until(never, port::now_ns() + 1000000), Status::timed_out);
    EXPECT(never.invariants_hold());
    decrement(never);
    EXPECT_OK(wait_until(never, 0));
}

struct Outside {
    Atomic<Counter*> gate;
    Scheduler* scheduler;
};

void open_once(void* argument) {
    Outside& outside = *static_cast<Outside*>(argument);
    for (uint32_t i = 0; i < 2; i++) {
        Counter* gate = nullptr;
        // Acquire: pairs with the release in the test.
        unit::wait_until(
            [&] { return (gate = outside.gate.exchange_acquire(nullptr)) != nullptr; });
        i == 0 ? decrement(*gate) : outside.scheduler->post(*gate, 1);
    }
}

// Every fiber waits; the signals come from a thread, by a decrement and by a post.
TEST(without_a_free_fiber_signals_from_outside_still_arrive) {
    NEEDS_CORES(2);
    RunningSystem one(small_system(1).small_fibers(1, 1).large_fibers(0, 0));
    Outside outside;
    outside.scheduler = &one.scheduler();
    EXPECT(port::start_core(1, false, open_once, &outside));
    Outside* const to = &outside;
    run_in(one, [to] {
        for (uint32_t i = 0; i < 2; i++) {
            Counter gate(1);
            to->gate.store_release(&gate);  // Release: pairs with the acquire in open_once().
            EXPECT_OK(wait(gate));
        }
    });
    port::join_core(1);
}

TEST(without_a_free_fiber_a_yield_still_lets_others_run) {
    RunningSystem one(small_system(1).small_fibers(2, 2).large_fibers(0, 0));
    run_in(one, [] {
        Counter gate(1), done, more;
        Counter* const at = &gate;
        bool opened = false;
        bool* const flag = &opened;
        run(done, Priority::low, [=] {
            EXPECT_OK(wait(*at));
            *flag = true;
        });
        while (Worker::current()->fibers().in_use() < 2)
            yield();
        decrement(gate);
        run(more, [] {});  // there is no fiber for it
        for (uint32_t i = 0; i < 1000 && !opened; i++)
            yield();
        EXPECT(opened);
        EXPECT_OK(wait(done));
        EXPECT_OK(wait(more));
    });
}

TEST(without_a_free_fiber_jobs_go_to_other_workers) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2).small_fibers(1, 1).large_fibers(0, 0));
    run_in(two, [] {
        Counter gate(1), done;
        Counter* const at = &gate;
        run(done, [at] { decrement(*at); });
        EXPECT_OK(wait(gate));
        EXPECT_OK(wait(done));
    });
}

TEST(what_was_spawned_before_a_stop_is_run_by_others) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2));
    for (uint32_t i = 0; i < 50; i++) {
        Counter done;
        Counter* const at = &done;
        run_in(two, [at] {
            for (int k = 0; k < 20; k++)
                run(*at, [] {});
        });
        EXPECT_OK(wait(done));
    }
}

TEST(nothing_posted_hands_no_counter_over) {
    RunningSystem one(small_system(1));
    Counter done(2);
    for (int i = 0; i < 3; i++)
        one.scheduler().post(done, 0);
    one.scheduler().post(done, 1);
    one.scheduler().post(done, 1);
    (void)one.system.pump();
    EXPECT(done.complete());
}

TEST(a_fiber_that_is_tied_to_a_worker_stays_there_and_lets_its_jobs_run) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2));
    run_in(two, [] {
        Worker* const here = Worker::current();
        here->running()->worker = uint16_t(here->index());
        for (uint32_t i = 0; i < 100; i++) {
            Counter done, never(1);
            Atomic<uint32_t> ran;
            Atomic<uint32_t>* const count = &ran;
            run(done, [count] { add(*count); });
            while (ran.load_relaxed() == 0)  // Relaxed: a look.
                yield();
            EXPECT(Worker::current() == here);
            EXPECT_OK(wait(done));
            EXPECT_EQ(wait_until(never, port::now_ns() + 1000), Status::timed_out);
            EXPECT(Worker::current() == here);
            decrement(never);
        }
        here->running()->worker = kNoWorker;
    });
}

// The fiber that is woken could run for ever; what ended before it must be over.
TEST(what_was_counted_here_is_settled_before_a_fiber_of_another_counter_goes_on) {
    RunningSystem one(small_system(1));
    run_in(one, [] {
        Counter first, second, gate(1);
        Counter *const to_second = &second, *const to_gate = &gate;
        run(first, [=] {
            EXPECT_OK(wait(*to_gate));
            EXPECT(to_second->complete());
        });
        yield();
        run(second, [=] { decrement(*to_gate); });
        EXPECT_OK(Worker::block(first));
        EXPECT_OK(wait(second));
    });
}

TEST(fibers_that_are_woken_together_are_runnable_once_they_run) {
    RunningSystem one(small_system(1));
    run_in(one, [] {
        Counter done, gate(1);
        Counter* const to_gate = &gate;
        for (uint32_t i = 0; i < 4; i++) {
            run(done, [=] {
                EXPECT_OK(wait(*to_gate));
                EXPECT_EQ(Worker::current()->running()->state, FiberState::runnable);
            });
        }
        yield();
        decrement(gate);
        EXPECT_OK(wait(done));
    });
}

TEST(jobs_of_one_counter_that_go_on_one_after_the_other_are_settled_together) {
    RunningSystem one(small_system(1));
    run_in(one, [&one] {
        Counter done, gate(1);
        Counter* const to_gate = &gate;
        for (uint32_t i = 0; i < 20; i++)
            run(done, [=] { EXPECT_OK(wait(*to_gate)); });
        yield();
        const uintptr_t before = one.scheduler().figures().all.settlements;
        decrement(gate);
        EXPECT_OK(wait(done));
        EXPECT(one.scheduler().figures().all.settlements - before <= 3);
    });
}

}  // namespace
