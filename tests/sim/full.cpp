// full.cpp - what holds jobs, fibers and memory says that it is full, at any request
// SPDX-License-Identifier: MIT
//
// What each then does stands in core/weft/sched/README.md. Nothing is lost, and nothing is done
// twice. Where one worker is alone, its figures say exactly what happened.
#include "system_kit.hpp"

using namespace weft;
using namespace sim_tests;
using port::Room;

namespace {

// Lives in a closure: too large for a job with it, and with a destructor.
struct Witness {
    explicit Witness(Tally& made, Tally& gone) : made_(&made), gone_(&gone) { made_->add(); }
    Witness(const Witness& other) : made_(other.made_), gone_(other.gone_) { made_->add(); }
    ~Witness() { gone_->add(); }
    Witness& operator=(const Witness&) = delete;

    Tally* made_;
    Tally* gone_;
};

WorkerFigures figures_of(const Running& running) {
    return running.system.figures().all;
}

// ---- the deque ----

// The first refusal only leads to a closer look; the second to room being made by running what was
// spawned last; the third, since there still is none, to the job being run at once.
SCENARIO(a_full_deque_makes_way_and_then_runs_in_place, seeds(60)) {
    const uint32_t times = 1 + sim::choose(3);
    Tally tally;
    Running one(small_system(1));
    one.run([&] {
        Counter done;
        run(done, [&] { tally.add(); });
        sim::refuse(Room::deque, 1 + sim::choose(6), times);
        for (uint32_t i = 0; i < 6; i++)
            run(done, [&] { tally.add(); });
        (void)wait(done);
    });
    SIM_CHECK(tally.value() == 7 && sim::refusals(Room::deque) == times);
    SIM_CHECK((figures_of(one).ran_for_room != 0) == (times > 1));
    SIM_CHECK(figures_of(one).run_in_place == (times == 3));
}

// Spawns, forks, jobs that waited, and thieves who take a few more.
SCENARIO(a_full_deque_loses_nothing_whoever_asks, seeds(400)) {
    Tally tally;
    uint32_t expected = 4;
    Running two(small_system(2));
    two.run([&] {
        Counter gate(1), done;
        sim::refuse(Room::deque, 1 + sim::choose(16), 1 + sim::choose(6));
        for (uint32_t i = 0; i < 4; i++)
            run(done, [&] { tally.add(); });
        for (uint32_t i = 0; i < 2; i++)
            expected += run_after(gate, done, [&] { tally.add(); }) == Status::ok;
        const auto [x, y] = join([] { return 1u; }, [] { return 2u; });
        SIM_CHECK(x == 1 && y == 2);
        decrement(gate);
        (void)wait(done);
    });
    SIM_CHECK(tally.value() == expected && expected == 6);
}

// A job that waited goes to where anybody takes it from, if its worker's deque is full then.
SCENARIO(a_job_that_waited_finds_another_way_round_a_full_deque, seeds(60)) {
    Tally tally;
    Running one(small_system(1));
    one.run([&] {
        Counter gate(1), done;
        SIM_CHECK(run_after(gate, done, [&] { tally.add(); }) == Status::ok);
        sim::refuse(Room::deque, 1, 1 + sim::choose(3));
        decrement(gate);
        (void)wait(done);
    });
    SIM_CHECK(tally.value() == 1 && figures_of(one).run_in_place == 0);
}

// ---- injectors and inboxes ----

SCENARIO(a_full_injector_leaves_it_to_the_next_node_or_refuses, seeds(200)) {
    const uint32_t times = 1 + sim::choose(2);
    Tally tally;
    uint32_t taken = 0;
    {
        Running two(small_system(2).nodes(2));
        sim::refuse(Room::injector, 1 + sim::choose(4), times);
        for (uint32_t i = 0; i < 4; i++) {
            const Status status = two.system.submit([&] { tally.add(); });
            SIM_CHECK(status == Status::ok || status == Status::exhausted);
            taken += status == Status::ok;
        }
        SIM_CHECK(taken == 5 - times);
        SIM_CHECK(two.system.figures().injector_full == times - 1);
    }
    SIM_CHECK(tally.value() == taken);
}

SCENARIO(a_full_inbox_refuses_and_nothing_has_happened, seeds(200)) {
    Tally ran, made, gone;
    Running two(small_system(2));
    two.run([&] {
        Counter done;
        uint32_t refused = 0;
        sim::refuse(Room::injector, 1 + sim::choose(3));
        for (uint32_t i = 0; i < 3; i++) {
            Witness witness(made, gone);
            refused += run_on(i % 2, done, [&ran, witness] { ran.add(); }) == Status::exhausted;
        }
        SIM_CHECK(refused == 1);
        SIM_CHECK(wait(done) == Status::ok);
    });
    SIM_CHECK(ran.value() == 2 && made.value() == gone.value());
}

// ---- memory ----

SCENARIO(no_block_for_a_closure_runs_it_in_place, seeds(60)) {
    Tally ran, made, gone;
    Running one(small_system(1));
    one.run([&] {
        Counter done;
        Witness witness(made, gone);
        sim::refuse(Room::block, 1 + sim::choose(4), 1 + sim::choose(4));
        for (uint32_t i = 0; i < 4; i++)
            run(done, [&ran, witness] { ran.add(); });
        SIM_CHECK(wait(done) == Status::ok);
    });
    SIM_CHECK(ran.value() == 4 && made.value() == gone.value());
    SIM_CHECK(figures_of(one).run_in_place == sim::refusals(Room::block));
}

// The block of the closure, or the one that it would wait in.
SCENARIO(no_block_for_a_job_that_waits_refuses_it, seeds(120)) {
    Tally ran, made, gone;
    Running two(small_system(2));
    two.run([&] {
        Counter gate(1), done;
        Witness witness(made, gone);
        uint32_t refused = 0;
        sim::refuse(Room::block, 1 + sim::choose(6));
        for (uint32_t i = 0; i < 3; i++)
            refused += run_after(gate, done, [&ran, witness] { ran.add(); }) == Status::exhausted;
        SIM_CHECK(refused == 1);
        decrement(gate);
        SIM_CHECK(wait(done) == Status::ok);
    });
    SIM_CHECK(ran.value() == 2 && made.value() == gone.value());
}

// Frames and closures, as their nodes' heaps are asked.
SCENARIO(a_full_heap_refuses_memory_and_gives_it_later, seeds(200)) {
    Tally ran, made, gone;
    Running two(small_system(2));
    two.run([&] {
        Counter done;
        Witness witness(made, gone);
        sim::refuse(Room::chunk, 1 + sim::choose(4), 1 + sim::choose(4));
        const Result<Frame> frame = two.system.frames().begin();
        SIM_CHECK(frame.ok());
        uint32_t refused = 0;
        for (uint32_t i = 0; i < 6; i++) {
            void* const memory = two.system.frames().memory_here(frame.value()).allocate(256);
            refused += memory == nullptr;
            if (memory != nullptr) *static_cast<uint32_t*>(memory) = i;
        }
        SIM_CHECK(refused <= sim::refusals(Room::chunk));
        for (uint32_t i = 0; i < 4; i++)
            run(done, [&ran, witness] { ran.add(); });
        SIM_CHECK(two.system.frames().end(frame.value()));
        SIM_CHECK(wait(done) == Status::ok);
    });
    SIM_CHECK(ran.value() == 4 && made.value() == gone.value());
}

// ---- fibers ----

// Whoever waits and finds no fiber to go on on leaves its core to the thread, which takes what is
// ready.
SCENARIO(no_fiber_for_who_waits_delays_and_loses_nothing, seeds(300)) {
    const uint32_t workers = 1 + sim::choose(2);
    Tally tally;
    Running some(small_system(workers));
    some.run([&] {
        Counter gate(1), done;
        sim::refuse(Room::fiber, 1 + sim::choose(6), 1 + sim::choose(3));
        for (uint32_t i = 0; i < 3; i++)
            run(done, [&] {
                (void)wait(gate);
                tally.add();
            });
        run(done, [&] { decrement(gate); });
        yield();
        (void)wait(done);
    });
    SIM_CHECK(tally.value() == 3);
    SIM_CHECK(workers == 2 || figures_of(some).no_fiber == sim::refusals(Room::fiber));
}

uint32_t fib_with_yields(uint32_t n) {
    if (n < 2) return n;
    const auto both = join(
        [n] {
            yield();
            return fib_with_yields(n - 1);
        },
        [n] { return fib_with_yields(n - 2); });
    return both.first + both.second;
}

// A parent that goes on on the other worker has left its fork behind, and nobody has a fiber for
// it.
SCENARIO(forks_end_on_however_few_fibers, seeds(400)) {
    Running two(small_system(2).small_fibers(1, 2));
    two.run([] { SIM_CHECK(fib_with_yields(6) == 8); });
}

}  // namespace
