// heavy.hpp - jobs that are worth a fast core, and the policy that chooses one
// SPDX-License-Identifier: MIT
//
// On a machine with cores of several classes an ordinary job runs wherever somebody is free. A
// heavy one is sent to a worker that the policy picks, and stays there: nobody steals it, so that
// it does not end on a slow core after all. Where all cores are alike it is an ordinary job.
#pragma once
#include <weft/sched/scheduler.hpp>
#include <weft/sched/spawn.hpp>

namespace weft {

// As run(), for a job that is long enough to be worth sending. The closure can be copied; if the
// chosen worker's inbox is full it is an ordinary job.
template <class Function>
void run_heavy(Counter& counter, const Function& function) {
    const Worker& here = *lane_here().worker;
    const uint32_t to = here.scheduler().choose_for_heavy(here.index());
    if (to == kAnyWorker || run_on(to, counter, function) != Status::ok) run(counter, function);
}

}  // namespace weft
