// whole.cpp - whole systems: spawn, steal, wait, sleep, wake, frames, graphs
// SPDX-License-Identifier: MIT
#include "system_kit.hpp"

using namespace weft;
using namespace sim_tests;

namespace {

SCENARIO(a_system_of_two_runs_each_job_once, seeds(400)) {
    Tally tally;
    {
        Running two(small_system(2));
        two.run([&] {
            Counter done;
            for (int i = 0; i < 6; i++)
                run(done, [&] { tally.add(); });
            (void)wait(done);
            SIM_CHECK(tally.value() == 6);
        });
    }
    SIM_CHECK(tally.value() == 6);
}

// Every schedule of one switch. Without a round of spinning, a worker that does not sleep while the
// submitter stands in the middle of its push never ends.
SCENARIO(a_system_starts_runs_a_job_and_ends, exhaustive(1, 0)) {
    Tally tally;
    {
        Running two(small_system(2).idle_spins(1));
        (void)two.system.submit([&] { tally.add(); });
    }
    SIM_CHECK(tally.value() == 1);
}

SCENARIO(jobs_from_outside_all_run_before_the_end, seeds(400)) {
    Tally tally;
    {
        Running two(small_system(2));
        for (int i = 0; i < 5; i++)
            while (two.system.submit([&] { tally.add(); }) != Status::ok)
                port::cpu_relax();
    }
    SIM_CHECK(tally.value() == 5);
}

// Core 3 is no worker: it submits, one job at a time, to workers that may just be going to sleep.
SCENARIO(no_wake_up_is_lost, seeds(600)) {
    Running two(small_system(2));
    System* const system = &two.system;
    Tally tally;
    Tally* const at = &tally;
    port::start_core(
        3, false,
        [](void* argument) {
            System& its = *static_cast<System*>(argument);
            for (int i = 0; i < 3; i++) {
                Counter done;
                while (its.submit(done, [] {}) != Status::ok)
                    port::cpu_relax();
                (void)wait(done);
            }
        },
        system);
    two.run([at] {
        Counter gate;
        run(gate, [at] { at->add(); });
        (void)wait(gate);
    });
    while (two.system.pump() != 0) {
    }
    port::join_core(3);
    SIM_CHECK(tally.value() == 1);
}

// Fibers that wait go on on whichever worker finds them.
SCENARIO(waits_and_yields_move_between_three_workers, seeds(300)) {
    Tally tally;
    {
        Running three(small_system(3));
        three.run([&] {
            Counter gate(1), done;
            for (int i = 0; i < 4; i++)
                run(done, [&] {
                    (void)wait(gate);
                    yield();
                    tally.add();
                });
            run(done, [&] { decrement(gate); });
            (void)wait(done);
            SIM_CHECK(tally.value() == 4);
        });
    }
}

uint32_t fib(uint32_t n) {
    if (n < 2) return n;
    const auto both = join([n] { return fib(n - 1); }, [n] { return fib(n - 2); });
    return both.first + both.second;
}

SCENARIO(forks_are_joined_by_two_workers, seeds(400)) {
    Running two(small_system(2));
    two.run([] { SIM_CHECK(fib(6) == 8); });
}

SCENARIO(forks_are_joined_by_four_workers, seeds(100)) {
    Running four(small_system(4));
    four.run([] { SIM_CHECK(fib(7) == 13); });
}

SCENARIO(a_wait_with_a_deadline_and_a_stop_ends_once, seeds(600)) {
    Running two(small_system(2));
    two.run([] {
        Counter gate(1), done;
        Stop stop;
        uint32_t ended = 0;
        run(done, [&] {
            const Status status = wait(gate, stop, port::now_ns() + 3000);
            SIM_CHECK(status == Status::ok || status == Status::timed_out ||
                      status == Status::cancelled);
            ended++;
        });
        run(done, [&] { stop.request(); });
        run(done, [&] { decrement(gate); });
        (void)wait(done);
        SIM_CHECK(ended == 1);
    });
}

SCENARIO(jobs_for_one_worker_and_jobs_that_wait_all_run, seeds(400)) {
    Tally tally;
    Running two(small_system(2));
    two.run([&] {
        Counter first, done;
        for (uint32_t i = 0; i < 2; i++)
            SIM_CHECK(run_on(i, first, [&tally, i] {
                          SIM_CHECK(Worker::current()->index() == i);
                          yield();
                          SIM_CHECK(Worker::current()->index() == i);
                          tally.add();
                      }) == Status::ok);
        SIM_CHECK(run_after(first, done, [&tally] {
                      SIM_CHECK(tally.value() == 2);
                      tally.add();
                  }) == Status::ok);
        (void)wait(done);
        (void)wait(first);
    });
    SIM_CHECK(tally.value() == 3);
}

// Interrupts on both workers count down, at any point, what a job waits for.
struct Posting {
    static constexpr uint32_t kAll = 4, kClosed = 100;

    System* system;
    Counter gate{kAll};
    Atomic<uint32_t> posts;

    static void post(void* at) {
        Posting& its = *static_cast<Posting*>(at);
        // Relaxed: one count decides.
        if (its.posts.fetch_add_relaxed(1) < kAll) its.system->decrement_from_interrupt(its.gate);
    }
    // From here on no interrupt posts; those that have not are made up for.
    void close() {
        // Relaxed: as above.
        const uint32_t posted = posts.fetch_add_relaxed(kClosed);
        if (posted < kAll) system->decrement_from_interrupt(gate, kAll - posted);
    }
};

SCENARIO(interrupts_end_a_wait, seeds(600)) {
    Posting posting;
    Running two(small_system(2));
    posting.system = &two.system;
    sim::on_interrupt(0, Posting::post, &posting, 2);
    sim::on_interrupt(1, Posting::post, &posting, 2);
    two.run([&] {
        yield();
        posting.close();
        (void)wait(posting.gate);
    });
}

struct Mark {
    Tally* made;
    Tally* gone;
    Mark(Tally* m, Tally* g) : made(m), gone(g) { made->add(); }
    Mark(const Mark& other) : made(other.made), gone(other.gone) { made->add(); }
    ~Mark() { gone->add(); }
    void operator()() const {}
};

// Closures run, or are dropped with their counter: each that was made is destroyed.
SCENARIO(each_closure_is_destroyed_whether_it_ran_or_not, seeds(300)) {
    Tally made, gone;
    {
        Running two(small_system(2));
        two.run([&] {
            Counter done;
            run(done, [&] { done.cancel(); });
            for (int i = 0; i < 4; i++)
                run(done, Mark(&made, &gone));
            run(done, [&] { done.cancel(); });
            (void)wait(done);
        });
    }
    SIM_CHECK(made.value() == gone.value());
}

// Jobs of a frame use its memory while the next frame begins.
SCENARIO(frames_follow_each_other_while_jobs_still_run, seeds(300)) {
    Tally tally;
    Running two(small_system(2));
    Frames& frames = two.system.frames();
    two.run([&] {
        Counter done;
        for (int i = 0; i < 3; i++) {
            Result<Frame> frame = frames.begin();
            if (!frame.ok()) {
                (void)wait(done);
                frame = frames.begin();
                SIM_CHECK(frame.ok());
            }
            for (int job = 0; job < 2; job++)
                run_in_frame(frames, frame.value(), done, [&frames, &tally, frame] {
                    uint32_t* const words =
                        frames.memory_here(frame.value()).allocate_array<uint32_t>(8);
                    SIM_CHECK(words != nullptr);
                    words[0] = words[7] = 1;
                    tally.add();
                });
            (void)frames.end(frame.value());
        }
        (void)wait(done);
    });
    SIM_CHECK(tally.value() == 6);
}

SCENARIO(a_loop_and_a_reduction_meet_each_index_once, seeds(150)) {
    Running two(small_system(2));
    two.run([] {
        uint32_t seen[24] = {};
        (void)parallel_for(size_t(0), size_t(24), [&](size_t i) { seen[i]++; });
        for (const uint32_t count : seen)
            SIM_CHECK(count == 1);
    });
}

// Plain data goes along the edges: a node that runs early, or unordered, races.
SCENARIO(a_graph_hands_plain_data_from_node_to_node, seeds(300)) {
    Running two(small_system(2));
    GraphStorage<4, 4> room;
    Graph graph(room);
    uint32_t first = 0, left = 0, right = 0, last = 0;
    const auto ids = [&] {
        const Graph::Id a = graph.add([&] { first++; }).value();
        const Graph::Id b = graph.add([&] { left = first + 1; }).value();
        const Graph::Id c = graph.add([&] { right = first + 2; }).value();
        const Graph::Id d = graph.add([&] { last = left + right; }).value();
        SIM_CHECK(graph.precede(a, b) == Status::ok && graph.precede(a, c) == Status::ok);
        SIM_CHECK(graph.precede(b, d) == Status::ok && graph.precede(c, d) == Status::ok);
        return graph.seal();
    };
    SIM_CHECK(ids() == Status::ok);
    two.run([&] {
        for (uint32_t run = 1; run <= 2; run++) {
            SIM_CHECK(graph.run() == Status::ok);
            SIM_CHECK(first == run && last == 2 * run + 3);
        }
    });
}

SCENARIO(steal_orders_may_change_while_workers_steal, seeds(200)) {
    static constexpr uint16_t kUp[] = {1, 2}, kDown[] = {2, 1}, kOne[] = {2}, kTwo[] = {1, 2};
    const StealOrder orders[] = {{{kUp, 2}, {kOne, 1}}, {{kDown, 2}, {kTwo, 2}}};
    Tally tally;
    {
        Running three(small_system(3));
        three.run([&] {
            Counter done;
            for (uint32_t i = 0; i < 8; i++) {
                run(done, [&] { tally.add(); });
                three.system.scheduler().set_steal_order(0, orders[i % 2]);
            }
            (void)wait(done);
        });
    }
    SIM_CHECK(tally.value() == 8);
}

// Threads that are no workers wait for jobs with a deadline, and may leave before these are over.
SCENARIO(threads_outside_wait_with_deadlines, seeds(400)) {
    Running two(small_system(2));
    System* const system = &two.system;
    port::start_core(
        4, false,
        [](void* argument) {
            System& its = *static_cast<System*>(argument);
            Counter done;
            while (its.submit(done, [] {}) != Status::ok)
                port::cpu_relax();
            const Status status = wait_until(done, port::now_ns() + 500);
            SIM_CHECK(status == Status::ok || status == Status::timed_out);
            (void)wait(done);
        },
        system);
    two.run([] {
        Counter done;
        run(done, [] { yield(); });
        (void)wait(done);
    });
    while (two.system.pump() != 0) {
    }
    port::join_core(4);
}

constexpr Priority kLeastFirst[] = {Priority::low, Priority::normal, Priority::high};

// One worker: what is made ready goes on by its priority, not in the order in which it waited. Whom
// the counter keeps as its crowd depends on who comes first.
SCENARIO(fibers_go_on_by_their_priority, exhaustive(kAll, 0)) {
    Running one(small_system(1));
    one.run([] {
        Counter gate(1), done;
        uint32_t order[3], at = 0;
        const uint32_t urgent_first = sim::choose(2);
        for (uint32_t i = 0; i < 3; i++) {
            const Priority priority = kLeastFirst[urgent_first != 0 ? 2 - i : i];
            Counter there(1);
            run(done, priority, [&, priority] {
                decrement(there);
                (void)wait(gate);
                order[at++] = uint32_t(priority);
            });
            (void)wait(there);  // alone with it, this goes on once it waits
        }
        decrement(gate);
        (void)wait(done);
        SIM_CHECK(at == 3 && order[0] == 0 && order[1] == 1 && order[2] == 2);
    });
}

}  // namespace
