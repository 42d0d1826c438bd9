// lane.hpp - one worker's work of one priority: a deque of jobs, a queue of fibers
// SPDX-License-Identifier: MIT
//
// The port's current-worker pointer is a lane: that of what runs. So work that is spawned inherits
// its parent's priority without looking at it, and the deque is one load away.
#pragma once
#include <weft/job/job_ring.hpp>
#include <weft/sched/ready_queue.hpp>

namespace weft {

class Lane : public JobDeque {
 public:
    // Never null: on threads that are no workers, a lane of zeros, which has no room and no worker.
    // Never kept across a switch.
    static WEFT_ALWAYS_INLINE Lane* current() { return static_cast<Lane*>(port::current_worker()); }

    // On the thieves' line of the deque: a look at both is one line's way.
    ReadyQueue ready;
    // So many jobs run before the next ready fiber: a fiber that yields goes behind older work.
    uint32_t jobs_first = 0;

    // Whether a fork of this type is where its parent left it: on top, and unmarked if there are
    // marks.
    static WEFT_ALWAYS_INLINE bool undisturbed(const Slot* fork, const JobType* type) {
        return kLeastCode ? fork == current()->top() : fork->type == type;
    }
    Priority priority() const { return traits.priority; }
    // Nothing that a pop would find.
    WEFT_ALWAYS_INLINE bool nothing() const { return ready.empty() && count() == 0; }
};
static_assert(kOneCore || port::kCacheLine < 32 || sizeof(Lane) == sizeof(JobDeque),
              "Lane: what it adds fits behind the deque's last member");

static_assert(sizeof(Lane) <= port::kNoWorkerBytes, "Lane: port::weft_no_worker stands for one");

}  // namespace weft
