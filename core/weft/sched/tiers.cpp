// tiers.cpp - workers that rest until those before them are busy
// SPDX-License-Identifier: MIT
//
//   | tier 1: always | tier 2: once 80 % of those before are busy | tier 3: likewise |
//   '------------ on duty: workers [0, on_duty) ---'
//
// A worker off duty looks for no work, and sleeps without a last look. No wake-up is lost by that:
// wake_one() takes a sleeper on duty if there is one, and else calls up the next tier; and whoever
// is on duty does look before it sleeps. A tier goes off duty again when all of it sleeps and less
// than 60 % of those before are busy: between the two it stays as it is.
#include <weft/sched/scheduler.hpp>

namespace weft {
namespace {

constexpr uint32_t kBusyFifths = 4;
constexpr uint32_t kQuietFifths = 3;

}  // namespace

bool Scheduler::crowded(uint32_t end) const {
    return (end - asleep_among(0, end)) * 5 >= end * kBusyFifths;
}

// Returns the workers that are on duty from now on, by this call or another's.
uint32_t Scheduler::raise_duty(uint32_t end) {
    uint32_t next = workers_;
    for (uint32_t tier = kTiers; tier-- > 0;)
        if (seating_.tiers.ends[tier] > end) next = seating_.tiers.ends[tier];
    // Relaxed: a bound that steers wakes; work is published by its queues.
    (void)on_duty_.cas_strong_relaxed(end, next);
    return next;
}

void Scheduler::lower_duty() {
    uint32_t end = on_duty();
    uint32_t before = 0;
    for (uint32_t tier = 0; tier < kTiers; tier++)
        if (seating_.tiers.ends[tier] < end) before = seating_.tiers.ends[tier];
    if (before == 0 || asleep_among(before, end) != end - before) return;
    if ((before - asleep_among(0, before)) * 5 >= before * kQuietFifths) return;
    // Relaxed: as in raise_duty().
    (void)on_duty_.cas_strong_relaxed(end, before);
}

bool Scheduler::wanted(uint32_t worker) {
    if (!anything_visible()) return false;
    if (!off_duty(worker)) return true;
    if (crowded(on_duty())) wake_one(worker);  // perhaps this very worker: its token is there then
    return false;
}

}  // namespace weft
