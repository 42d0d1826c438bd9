// wait_protocol.cpp - one wait, and all that may end it: zero, a deadline, a stop
// SPDX-License-Identifier: MIT
//
// The waiter takes the steps of Worker::block_until() on a core of its own: it enters itself with
// the timers and the stop, locks, looks, enters the counter, and sleeps on a token, as a thread
// does. Who ends the wait is the library's own code.
#include <weft/sched/waiters.hpp>

#include "scenario.hpp"

using namespace weft;
using namespace sim_tests;

namespace {

constexpr uint64_t kDeadline = 1000;

// By plain writes that no compiler may leave out.
__attribute__((noinline)) void overwrite(unsigned char* memory, size_t bytes) {
    for (size_t i = 0; i < bytes; i++)
        memory[i] = 0xdd;
    asm volatile("" ::"r"(memory) : "memory");
}

// Where frames of functions that have returned were.
__attribute__((noinline)) void overwrite_stack() {
    unsigned char below[1024];
    overwrite(below, sizeof below);
}

// Written over at its end: whoever still touches it races with them.
template <class T>
struct Overwritten {
    alignas(T) unsigned char memory[sizeof(T)];
    bool ended = false;

    template <class... Arguments>
    explicit Overwritten(Arguments&&... arguments) {
        construct_at<T>(memory, forward<Arguments>(arguments)...);
    }
    ~Overwritten() {
        if (!ended) end();
    }
    void end() {
        destroy_at(&get());
        overwrite(memory, sizeof memory);
        ended = true;
    }
    T& get() { return *reinterpret_cast<T*>(memory); }
};

// With a constructor, so that they can be made in place.
struct OwnDeadline : Deadline {
    OwnDeadline(Fiber* fiber, Counter* counter) : Deadline{kDeadline, fiber, counter} {}
};
struct OwnStop : StoppedWait {
    OwnStop(Fiber* fiber, Counter* counter) : StoppedWait{fiber, counter} {}
};

struct World {
    Deadline* heap[4];
    Timers timers;
    Stop stop;

    World() { timers.init({heap, 4}); }

    void expire() { wake_anywhere(timers.expire(kDeadline)); }
};

Status came(World& world, const Deadline& deadline) {
    if (world.stop.requested()) return Status::cancelled;
    // Relaxed: as in Worker::block_until().
    return deadline.passed.load_relaxed() != 0 ? Status::timed_out : Status::ok;
}

Status sleep_in(World& world, Counter& counter, WaitingThread& me, const Deadline& deadline) {
    if (!counter.lock_to_wait()) return counter.status();
    const Status early = came(world, deadline);
    if (early != Status::ok) {
        counter.unlock();
        return early;
    }
    counter.enter(&me.entry);
    counter.unlock();
    SIM_CHECK(port::park(me.parker, port::kNoDeadline));
    return me.entry.outcome;
}

Status wait_once(World& world, Counter& counter) {
    Overwritten<WaitingThread> me;
    Overwritten<OwnDeadline> deadline(&me.get().entry, &counter);
    Overwritten<OwnStop> stopped(&me.get().entry, &counter);
    world.stop.add(stopped.get());
    world.timers.add(deadline.get());
    const Status status = sleep_in(world, counter, me.get(), deadline.get());
    world.timers.remove(deadline.get());
    world.stop.remove(stopped.get());
    return status;
}

void wait_for_zero(const Counter& counter) {
    while (!counter.complete())
        port::cpu_relax();
}

// The counter goes as soon as its waiter has seen zero; the others are joined after that.
SCENARIO(a_wait_ends_by_its_signal_and_nothing_touches_it_later, exhaustive(kAll, 2)) {
    World world;
    Overwritten<Counter> counter(1u);
    const auto others = on_others<1>([&](uint32_t) { decrement(counter.get()); });
    SIM_CHECK(wait_once(world, counter.get()) == Status::ok);
    counter.end();
}

SCENARIO(a_signal_and_a_deadline_end_a_wait_once, exhaustive(4, 1)) {
    World world;
    Overwritten<Counter> counter(1u);
    const auto others = on_others<2>([&](uint32_t core) {
        if (core == 1)
            decrement(counter.get());
        else
            world.expire();
    });
    const Status status = wait_once(world, counter.get());
    SIM_CHECK(status == Status::ok || status == Status::timed_out);
    wait_for_zero(counter.get());
    counter.end();
}

// Waiter, signaller, timeout, cancel.
SCENARIO(a_wait_ends_once_by_signal_deadline_or_stop, exhaustive(2, 1)) {
    World world;
    Overwritten<Counter> counter(1u);
    const auto others = on_others<3>([&](uint32_t core) {
        if (core == 1)
            decrement(counter.get());
        else if (core == 2)
            world.expire();
        else
            world.stop.request();
    });
    const Status status = wait_once(world, counter.get());
    SIM_CHECK(status == Status::ok || status == Status::timed_out || status == Status::cancelled);
    wait_for_zero(counter.get());
    counter.end();
}

SCENARIO(two_waiters_of_one_counter_are_both_woken, exhaustive(3, 1)) {
    World world;
    Counter counter(2);
    const auto others = on_others<2>([&](uint32_t core) {
        decrement(counter);
        if (core == 2) SIM_CHECK(wait_once(world, counter) == Status::ok);
    });
    SIM_CHECK(wait_once(world, counter) == Status::ok);
    SIM_CHECK(counter.complete());
}

// A thread's wait with a deadline: the token of a signal that came too late is on its way.
SCENARIO(a_thread_that_times_out_takes_the_token_that_is_under_way, exhaustive(kAll, 1)) {
    Overwritten<Counter> counter(1u);
    const auto others = on_others<1>([&](uint32_t) { decrement(counter.get()); });
    {
        const Status status = wait_until(counter.get(), port::now_ns() + 1000);
        SIM_CHECK(status == Status::ok || status == Status::timed_out);
    }
    overwrite_stack();
    wait_for_zero(counter.get());
    counter.end();
}

}  // namespace
