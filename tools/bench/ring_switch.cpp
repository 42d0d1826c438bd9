// ring_switch.cpp - the public calls of a FiberRing: yield, and wait with wake_one
// SPDX-License-Identifier: MIT
//
// One fiber counts and then raises `stop`; the others look at it every turn. That, and nothing
// else, is more than the raw rings do. Fibers that follow each other lie in rising order in memory.
#include "bench.hpp"

namespace bench {
namespace {

using namespace weft;

bool stop;
uint64_t laps;
WaitList baton;

void yield_laps() {
    for (uint64_t lap = laps; lap > 0; lap--)
        ring::yield();
    stop = true;
}

void yield_until_stop() {
    while (!stop)
        ring::yield();
}

// The one that runs hands the turn to the longest waiting, and waits itself.
void hand_over_laps() {
    for (uint64_t lap = laps; lap > 0; lap--) {
        ring::wake_one(baton);
        ring::wait(baton);
    }
    stop = true;
    ring::wake_all(baton);
}

void hand_over_until_stop() {
    ring::wait(baton);
    while (!stop) {
        ring::wake_one(baton);
        ring::wait(baton);
    }
}

class Ring {
 public:
    explicit Ring(uint32_t fibers) {
        const Config config = config_of(fibers);
        must(storage_.map(config) == Status::ok);
        must(ring_.init(config, storage_.bytes()) == Status::ok);
    }
    FiberRing& fibers() { return ring_; }

 private:
    MappedStorage storage_;
    FiberRing ring_;
};

// A pool lends the last given back first, so that each run turns the order in memory around, and a
// large ring runs twice as fast along memory as against it. Ends with the pool in rising order.
void settle(FiberRing& ring, uint32_t fibers) {
    bool rising = true;
    while (rising) {
        const Fiber* first = ring.spawn("empty", [] {});
        rising = first < ring.spawn(
                             "empty", [] {});
        for (uint32_t i = 2; i < fibers; i++)
            ring.spawn("empty", [] {});
        must(ring.run() == 0);
    }
}

// `follow` is spawned first, so that the others wait already when `lead` starts.
uint64_t run_ring(FiberRing& ring, uint32_t fibers, uint64_t count, void (*follow)(),
                  void (*lead)()) {
    settle(ring, fibers);
    stop = false;
    laps = count / fibers + 1;
    for (uint32_t i = 1; i < fibers; i++)
        must(ring.spawn("follow", follow) != nullptr);
    must(ring.spawn("lead", lead) != nullptr);
    const Stopwatch watch;
    must(ring.run() == 0);
    return watch.ns() * count / (laps * fibers);
}

template <uint32_t kFibers>
uint64_t yields(uint64_t count) {
    static Ring ring(kFibers);
    return run_ring(ring.fibers(), kFibers, count, yield_until_stop, yield_laps);
}

template <uint32_t kFibers>
uint64_t waits(uint64_t count) {
    static Ring ring(kFibers);
    return run_ring(ring.fibers(), kFibers, count, hand_over_until_stop, hand_over_laps);
}

constexpr Variant kVariants[] = {
    {"switch.yield.pingpong.ns", yields<2>},
    {"switch.yield.ns", yields<64>},
    {"switch.yield.ring1000.ns", yields<1000>},
    {"switch.wait.ns", waits<64>},
};

}  // namespace

Span<const Variant> ring_switches() {
    return kVariants;
}

}  // namespace bench
