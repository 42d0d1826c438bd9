// test_priorities.cpp - urgent work first, everywhere; nothing is passed over for ever
// SPDX-License-Identifier: MIT
#include "../system/system_fixture.hpp"

using namespace weft;

namespace {

struct Order {
    uint32_t ran = 0;
    Priority what[32];
    void note(Priority priority) { what[ran++] = priority; }
    void expect_sorted() const {
        for (uint32_t i = 1; i < ran; i++)
            EXPECT(what[i - 1] <= what[i]);
    }
};

TEST(queued_jobs_run_by_priority) {
    RunningSystem one(small_system(1));
    Order order;
    Order* const to = &order;
    run_in(one, [to] {
        Counter done;
        for (uint32_t i = 0; i < 12; i++) {
            const Priority priority = Priority(i * 7 % 3);
            run(done, priority, [=] {
                to->note(priority);
                EXPECT_EQ(Lane::current()->priority(), priority);
            });
        }
        EXPECT_OK(Worker::block(done));
    });
    EXPECT_EQ(order.ran, 12u);
    order.expect_sorted();
}

TEST(work_from_outside_runs_by_priority) {
    RunningSystem one(small_system(1));
    Order order;
    Order* const to = &order;
    for (uint32_t i = 0; i < 12; i++) {
        const Priority priority = Priority(i * 7 % 3);
        EXPECT_OK(one.system.submit([=] { to->note(priority); }, priority));
    }
    (void)one.system.pump(1);  // the first look is a fair one
    const uint32_t from = order.ran;
    (void)one.system.pump();
    EXPECT_EQ(order.ran, 12u);
    for (uint32_t i = from + 1; i < order.ran; i++)
        EXPECT(order.what[i - 1] <= order.what[i]);
}

// Whether a fiber of high priority that may go on stands in its queue.
bool urgent_fiber_waits() {
    return !Worker::current()->lane(Priority::high).ready.empty();
}

// Timers are looked at every few choices. Whichever choice it is, what woke comes next.
TEST(a_fiber_that_a_deadline_wakes_goes_before_less_urgent_jobs) {
    NEEDS_RAM(256 * 1024);
    RunningSystem one(small_system(1).job_slots(256));
    for (uint32_t late = 0; late < 64; late++)
        run_in(one, [late] {
            Counter gate(1), done(96), woken;
            const uint64_t deadline = port::now_ns() + 50000;
            run(woken, Priority::high,
                [&] { EXPECT(wait_until(gate, deadline) == Status::timed_out); });
            while (Worker::current()->fibers().in_use() < 2)
                yield();
            for (uint32_t i = 0; i < 96; i++)
                run_detached([&, i] {
                    EXPECT(!urgent_fiber_waits());
                    while (i == late && port::now_ns() <= deadline)
                        port::cpu_relax();
                    decrement(done);
                });
            EXPECT_OK(wait(done));
            EXPECT_OK(wait(woken));
            decrement(gate);
        });
}

TEST(fibers_go_on_by_priority_and_keep_it) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(small_system(1));
    Order order;
    Order* const to = &order;
    run_in(one, [to] {
        Counter gate(1), done;
        Counter* const at = &gate;
        for (uint32_t i = 0; i < 9; i++) {
            const Priority priority = Priority(i * 7 % 3);
            run(done, priority, [=] {
                EXPECT_OK(wait(*at));
                EXPECT_EQ(Lane::current()->priority(), priority);
                to->note(priority);
                yield();
                EXPECT_EQ(Lane::current()->priority(), priority);
            });
        }
        while (Worker::current()->fibers().in_use() < 10)
            (void)wait_until(gate, port::now_ns());
        decrement(gate);
        EXPECT_OK(wait(done));
    });
    EXPECT_EQ(order.ran, 9u);
    order.expect_sorted();
}

// Every place of every priority comes first once in kFairPicks * 3 * 3 picks.
constexpr uint32_t kBound = 64 * 9 + 16;

struct Flood {
    bool stop = false;
    uint32_t rounds = 0;
};

// Each job puts itself back: this lane is never empty.
void flood(Flood* flood, Counter* done, Priority priority) {
    flood->rounds++;
    if (flood->stop || flood->rounds > 100000) return;
    run(*done, priority, [=] { ::flood(flood, done, priority); });
}

void expect_not_passed_over(Priority floods, Priority waits) {
    RunningSystem one(small_system(1));
    Flood state;
    Flood* const at = &state;
    run_in(one, [=] {
        Counter done;
        Counter* const counter = &done;
        run(done, floods, [=] { flood(at, counter, floods); });
        run(done, waits, [=] { at->stop = true; });
        EXPECT_OK(Worker::block(done));
    });
    EXPECT(state.rounds <= kBound);
}

TEST(jobs_of_low_priority_are_not_passed_over_for_ever) {
    expect_not_passed_over(Priority::high, Priority::low);
    expect_not_passed_over(Priority::normal, Priority::low);
}

TEST(jobs_of_normal_priority_are_not_passed_over_for_high_and_low_ones) {
    RunningSystem one(small_system(1));
    Flood high, low;
    Flood *const above = &high, *const below = &low;
    run_in(one, [=] {
        Counter done;
        Counter* const counter = &done;
        run(done, Priority::high, [=] { flood(above, counter, Priority::high); });
        run(done, Priority::low, [=] { flood(below, counter, Priority::low); });
        run(done, Priority::normal, [=] { above->stop = below->stop = true; });
        EXPECT_OK(Worker::block(done));
    });
    EXPECT(high.rounds <= kBound);
}

TEST(fibers_that_yield_or_wake_each_other_leave_room_for_outside_and_low_work) {
    NEEDS_RAM(64 * 1024);
    for (int yields = 0; yields < 2; yields++) {
        RunningSystem one(small_system(1));
        Flood state;
        Flood* const at = &state;
        EXPECT_OK(one.system.submit([=] { at->stop = true; }, Priority::low));
        run_in(one, [=] {
            Counter gates[2], done;
            Counter* const gate = gates;
            const auto wake = [gate](uint32_t who) {
                if (gate[who].count() != 0) decrement(gate[who]);
            };
            for (uint32_t me = 0; me < 2; me++)
                run(done, [=] {
                    while (!at->stop && ++at->rounds < 100000) {
                        if (yields != 0) {
                            yield();
                            continue;
                        }
                        increment(gate[me]);
                        wake(1 - me);
                        EXPECT_OK(wait(gate[me]));
                    }
                    wake(1 - me);
                });
            EXPECT_OK(wait(done));
        });
        EXPECT(state.rounds < 100000);
    }
}

TEST(a_pump_counts_resumptions_too) {
    RunningSystem one(small_system(1));
    Counter done;
    uint32_t yields = 0;
    uint32_t* const count = &yields;
    for (int i = 0; i < 2; i++)
        EXPECT_OK(one.system.submit(done, [count] {
            for (int k = 0; k < 1000; k++, ++*count)
                yield();
        }));
    EXPECT_EQ(one.system.pump(5), 5u);
    EXPECT(yields <= 5);
    while (one.system.pump(100) != 0) {
    }
    EXPECT_EQ(yields, 2000u);
    EXPECT(done.complete());
}

// The second worker is kept busy until enough of each priority is shared, unasked, by the first,
// which then runs nothing itself.
TEST(thieves_take_urgent_jobs_first) {
    NEEDS_CORES(2);
    RunningSystem two(small_system(2).job_slots(512));
    struct {
        Atomic<uint32_t> held, released, ran;
        Priority what[120];
    } state;
    auto* const s = &state;
    run_in(two, [s] {
        Counter holder, done;
        EXPECT_OK(run_on(1, holder, [s] {
            s->held.store_relaxed(1);  // Relaxed: a flag.
            unit::wait_until(
                [s] { return s->released.load_acquire() != 0; });  // Acquire: as below.
        }));
        unit::wait_until([s] { return s->held.load_relaxed() != 0; });  // Relaxed: a flag.
        for (unsigned p = kPriorities; p-- > 0;)
            for (uint32_t i = 0; i < 40; i++) {
                const Priority priority = Priority(p);
                run(done, priority, [s, priority] {
                    // Relaxed: a place for each; read when all is over.
                    s->what[s->ran.fetch_add_relaxed(1)] = priority;
                });
            }
        s->released.store_release(1);  // Release: the jobs stand where they are shared.
        unit::wait_until([s] { return s->ran.load_relaxed() >= 24; });  // Relaxed: a look.
        EXPECT_OK(wait(done));
        EXPECT_OK(wait(holder));
    });
    EXPECT_EQ(state.ran.load_relaxed(), 120u);  // Relaxed: all is over.
    for (uint32_t i = 1; i < 24; i++)
        EXPECT(state.what[i - 1] <= state.what[i]);
    EXPECT_EQ(state.what[0], Priority::high);
}

}  // namespace
