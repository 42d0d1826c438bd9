// join.cpp - getting a fork back from wherever it went
// SPDX-License-Identifier: MIT
#include <weft/parallel/join.hpp>
#include <weft/sched/scheduler.hpp>

namespace weft {
namespace {

// Halves end at about the same time. A parent that sleeps for the rest goes on where the thief is,
// away from its caches: that costs more than a microsecond of looking.
constexpr uint32_t kLooks = 48;

bool done(const Slot* slot) {
    // Relaxed: Worker::await_fork() looks again, and acquires.
    return slot->state.load_relaxed() == SlotState::done;
}

}  // namespace

bool fetch_fork(Slot* slot) {
    Lane* const lane = Lane::current();
    if (lane->holds(slot) && lane->take_back(slot)) return true;
    if (SplitDeque::recall(slot)) return true;
    if (!lane->worker->scheduler().alone())
        for (uint32_t i = 0; i < kLooks && !done(slot); i++)
            port::cpu_relax();
    Worker::await_fork(slot);
    return false;
}

}  // namespace weft
