// heavy.cpp - the usual policy: fast cores in turn, those that sleep first
// SPDX-License-Identifier: MIT
#include <weft/sched/heavy.hpp>

namespace weft {

uint32_t prefer_fast_cores(Scheduler& scheduler, uint32_t turn) {
    const uint32_t workers = scheduler.workers();
    if (!scheduler.has_slow_cores()) return kAnyWorker;
    uint32_t busy = kAnyWorker;
    while (turn >= workers)
        turn -= workers;
    for (uint32_t i = 0; i < workers; i++) {
        if (scheduler.is_fast(turn)) {
            if (scheduler.sleeps(turn)) return turn;
            if (busy == kAnyWorker) busy = turn;
        }
        turn = turn + 1 == workers ? 0 : turn + 1;
    }
    return busy;
}

void Scheduler::set_heavy_policy(HeavyPolicy policy) {
    // Release: whatever the policy reads. Pairs with the acquire in choose_for_heavy().
    heavy_policy_.store_release(policy);
}

uint32_t Scheduler::choose_for_heavy(uint32_t from) {
    // Relaxed: only spreads the choices.
    const uint32_t turn = heavy_turn_.fetch_add_relaxed(1) & 0xffff;
    // Acquire: pairs with the release in set_heavy_policy().
    const HeavyPolicy policy = heavy_policy_.load_acquire();
    const uint32_t to = (policy == nullptr ? prefer_fast_cores : policy)(*this, from + turn);
    WEFT_REQUIRE(to == kAnyWorker || to < workers_);
    return to;
}

}  // namespace weft
