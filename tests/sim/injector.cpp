// injector.cpp - jobs from outside: producers, takers, and interrupts between any two steps
// SPDX-License-Identifier: MIT
#include "scenario.hpp"

using namespace weft;
using namespace sim_tests;

namespace {

struct World {
    Injector::Cell cells[2];
    Injector injector;
    uint32_t taken[8] = {};
    Atomic<uint32_t> pushed;

    World() { injector.init({cells, 2}); }

    bool push(uint32_t number) {
        Job job;
        job.type = nullptr;
        job.counter = nullptr;
        job.traits = plain_traits(Priority::normal);
        *reinterpret_cast<uint32_t*>(job.closure) = number;
        if (!injector.push(job)) return false;
        pushed.fetch_or_relaxed(1u << number);  // Relaxed: read when all is over.
        return true;
    }
    bool pop() {
        Job job;
        if (!injector.pop(&job)) return false;
        taken[*reinterpret_cast<uint32_t*>(job.closure)]++;
        return true;
    }
    void check() {
        while (pop()) {
        }
        const uint32_t all = pushed.load_relaxed();  // Relaxed: the others have been joined.
        for (uint32_t i = 0; i < 8; i++)
            SIM_CHECK(taken[i] == (all >> i & 1));
        SIM_CHECK(injector.empty());
    }
};

SCENARIO(a_full_ring_with_two_producers_and_a_taker_loses_nothing, exhaustive(4, 1)) {
    World world;
    SIM_CHECK(world.push(0));
    {
        const auto others = on_others<2>([&](uint32_t core) {
            if (core == 1) {
                (void)world.push(1);
                (void)world.push(2);
            } else {
                (void)world.push(3);
            }
        });
        (void)world.pop();
        (void)world.pop();
    }
    world.check();
}

SCENARIO(two_takers_never_take_the_same_job, exhaustive(4, 1)) {
    World world;
    SIM_CHECK(world.push(0) && world.push(1));
    SIM_CHECK(!world.push(7));  // full: refused, nothing happened
    {
        const auto others = on_others<2>([&](uint32_t core) {
            if (core == 1)
                (void)world.push(2);
            else
                (void)world.pop();
        });
        (void)world.pop();
    }
    world.check();
}

// A producer that is interrupted between claiming a cell and filling it holds up nobody but takers.
SCENARIO(an_interrupt_may_push_at_any_point_of_a_push, exhaustive(2, 1)) {
    World world;
    uint32_t interrupts = 0;
    struct Both {
        World* world;
        uint32_t* interrupts;
    } both = {&world, &interrupts};
    sim::on_interrupt(
        0,
        [](void* at) {
            Both& its = *static_cast<Both*>(at);
            (void)its.world->push(4 + (*its.interrupts)++);
        },
        &both, 2);
    {
        const auto others = on_others<1>([&](uint32_t) {
            (void)world.pop();
            (void)world.pop();
        });
        (void)world.push(0);
        (void)world.push(1);
    }
    sim::on_interrupt(0, nullptr, nullptr, 0);
    world.check();
}

SCENARIO(four_cores_and_an_injector_of_two, seeds(1000)) {
    World world;
    {
        const auto others = on_others<3>([&](uint32_t core) {
            for (uint32_t i = 0; i < 2; i++) {
                (void)world.push(2 * core + i);
                (void)world.pop();
            }
        });
        for (int i = 0; i < 4; i++)
            (void)world.pop();
    }
    world.check();
}

}  // namespace
