// line_trips.cpp - how far apart the two CPUs are: a cache line there and back
// SPDX-License-Identifier: MIT
//
// What two workers cost beside one hangs on it, and on rented machines it changes from hour to
// hour: factors of six were seen. Read the figures of two workers beside this one.
#include "bench.hpp"

namespace bench {
namespace {

using weft::port::join_core;
using weft::port::start_core;

constexpr uint32_t kSlot = 2, kCpu = 1;

struct Line {
    alignas(64) weft::Atomic<uint64_t> turn;
    uint64_t trips;
};

void answer(void* argument) {
    Line& line = *static_cast<Line*>(argument);
    must(weft::port::pin_self(kCpu));
    for (uint64_t trip = 0; trip < line.trips; trip++) {
        // Acquire: as if something were handed over. Pairs with the release in trips().
        while (line.turn.load_acquire() != 2 * trip + 1) {
        }
        // Release: as above. Pairs with the acquire in trips().
        line.turn.store_release(2 * trip + 2);
    }
}

// Of many short series the shortest: whatever else runs on one of the two CPUs holds up a trip for
// milliseconds.
uint64_t trips(uint64_t count) {
    constexpr uint64_t kSeries = 200, kTrips = 50;
    Line line = {};
    line.trips = kSeries * kTrips;
    must(start_core(kSlot, false, answer, &line));
    uint64_t least = ~uint64_t(0);
    for (uint64_t trip = 0; trip < line.trips;) {
        const Stopwatch watch;
        for (const uint64_t end = trip + kTrips; trip < end; trip++) {
            // Release: pairs with the acquire in answer().
            line.turn.store_release(2 * trip + 1);
            // Acquire: pairs with the release in answer().
            while (line.turn.load_acquire() != 2 * trip + 2) {
            }
        }
        const uint64_t ns = watch.ns();
        least = ns < least ? ns : least;
    }
    join_core(kSlot);
    return least * count / kTrips;
}

constexpr Variant kVariants[] = {{"machine.line.ns", trips, 1}};

}  // namespace

weft::Span<const Variant> line_trips() {
    return kVariants;
}

}  // namespace bench
