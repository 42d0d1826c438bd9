// litmus.cpp - the memory model itself: what must be seen, and what must not
// SPDX-License-Identifier: MIT
//
// Each body says what came out, as a number; the plan names all that may, and each must be seen.
#include "scenario.hpp"

using namespace weft;
using namespace sim_tests;

namespace {

// Fresh objects for each run, in static memory: stale ones would be the last run's.
struct Pair {
    Atomic<uint32_t> x, y;
    uint32_t data = 0;
};

constexpr uint32_t one_of(uint32_t a, uint32_t b) {
    return a * 2 + b;
}

// Both loads may be early, as on every machine with store buffers.
SCENARIO(a_store_may_be_seen_later_than_the_next_load, litmus(0b1111)) {
    Pair p;
    uint32_t theirs = 0;
    {
        const auto others = on_others<1>([&](uint32_t) {
            p.x.store_release(1);
            theirs = p.y.load_acquire();
        });
        p.y.store_release(1);
        p.data = p.x.load_acquire();
    }
    saw(one_of(p.data, theirs));
}

SCENARIO(full_fences_order_a_store_before_a_load, litmus(0b1110)) {
    Pair p;
    uint32_t theirs = 0;
    {
        const auto others = on_others<1>([&](uint32_t) {
            p.x.store_relaxed(1);
            fence_seq_cst();
            theirs = p.y.load_relaxed();
        });
        p.y.store_relaxed(1);
        fence_seq_cst();
        p.data = p.x.load_relaxed();
    }
    saw(one_of(p.data, theirs));
}

// Message passing: the flag without its message is 2.
SCENARIO(relaxed_messages_come_in_any_order, litmus(0b1111)) {
    Pair p;
    uint32_t flag, message;
    {
        const auto others = on_others<1>([&](uint32_t) {
            p.x.store_relaxed(1);
            p.y.store_relaxed(1);
        });
        flag = p.y.load_relaxed();
        message = p.x.load_relaxed();
    }
    saw(one_of(flag, message));
}

SCENARIO(a_release_brings_its_message_to_an_acquire, litmus(0b1011)) {
    Pair p;
    uint32_t flag, message;
    {
        const auto others = on_others<1>([&](uint32_t) {
            p.x.store_relaxed(1);
            p.y.store_release(1);
        });
        flag = p.y.load_acquire();
        message = p.x.load_relaxed();
    }
    saw(one_of(flag, message));
}

SCENARIO(fences_bring_a_message_as_well, litmus(0b1011)) {
    Pair p;
    uint32_t flag, message;
    {
        const auto others = on_others<1>([&](uint32_t) {
            p.x.store_relaxed(1);
            fence_release();
            p.y.store_relaxed(1);
        });
        flag = p.y.load_relaxed();
        fence_acquire();
        message = p.x.load_relaxed();
    }
    saw(one_of(flag, message));
}

// A location never goes back: 2 is the newer value first, then the older one.
SCENARIO(two_loads_of_one_place_read_it_in_order, litmus(0b1011)) {
    Pair p;
    uint32_t first, second;
    {
        const auto others = on_others<1>([&](uint32_t) { p.x.store_relaxed(1); });
        first = p.x.load_relaxed();
        second = p.x.load_relaxed();
    }
    saw(one_of(first, second));
}

// Another core's swap in between hands the message on.
SCENARIO(a_release_sequence_goes_through_other_swaps, litmus(0b1011)) {
    Pair p;
    uint32_t flag, message;
    {
        const auto others = on_others<2>([&](uint32_t core) {
            if (core == 1) {
                p.x.store_relaxed(1);
                p.y.fetch_add_release(1);
            } else {
                p.y.fetch_add_relaxed(2);
            }
        });
        flag = p.y.load_acquire() & 1;
        message = p.x.load_relaxed();
    }
    saw(one_of(flag, message));
}

// What is learnt from a third is known as well.
SCENARIO(happening_before_is_transitive, litmus(0b1011)) {
    Pair p;
    Atomic<uint32_t> z;
    uint32_t flag, message;
    {
        const auto others = on_others<2>([&](uint32_t core) {
            if (core == 1) {
                p.x.store_relaxed(1);
                p.y.store_release(1);
            } else if (p.y.load_acquire() != 0) {
                z.store_release(1);
            }
        });
        flag = z.load_acquire();
        message = p.x.load_relaxed();
    }
    saw(one_of(flag, message));
}

SCENARIO(swaps_of_one_word_lose_nothing, exhaustive(kAll)) {
    Pair p;
    {
        const auto others = on_others<2>([&](uint32_t) { p.x.fetch_add_relaxed(1); });
        p.x.fetch_add_relaxed(1);
    }
    SIM_CHECK(p.x.load_relaxed() == 3);
}

SCENARIO(a_spin_lock_keeps_plain_data_in_order, exhaustive(kAll)) {
    Pair p;
    SpinLock lock;
    {
        const auto others = on_others<2>([&](uint32_t) {
            SpinLock::Section inside(lock);
            p.data++;
        });
        SpinLock::Section inside(lock);
        p.data++;
    }
    SIM_CHECK(p.data == 3);
}

SCENARIO(a_token_given_first_is_not_lost, exhaustive(kAll)) {
    Pair p;
    port::Parker parker;
    {
        const auto others = on_others<1>([&](uint32_t) {
            p.data = 1;
            port::unpark(parker);
        });
        SIM_CHECK(port::park(parker, port::kNoDeadline));
        SIM_CHECK(p.data == 1);
    }
}

}  // namespace
