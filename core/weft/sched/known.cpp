// known.cpp - a few words that only debuggers read
// SPDX-License-Identifier: MIT
#include <weft/sched/known.hpp>

namespace weft {

// By this name: weft.py.
Atomic<Scheduler*> known_schedulers[kKnownSchedulers];

namespace {

void replace(Scheduler* before, Scheduler* after) {
    for (Atomic<Scheduler*>& at : known_schedulers) {
        Scheduler* seen = before;
        // Relaxed: who reads it has stopped the program.
        if (at.cas_strong_relaxed(seen, after)) return;
    }
}

}  // namespace

void make_known(Scheduler* scheduler) {
    replace(nullptr, scheduler);
}

void forget_known(Scheduler* scheduler) {
    replace(scheduler, nullptr);
}

}  // namespace weft
