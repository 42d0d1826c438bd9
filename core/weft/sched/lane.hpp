// lane.hpp - one worker's work of one priority: a deque of jobs, a queue of fibers
// SPDX-License-Identifier: MIT
//
// The port's current-worker pointer is a lane: that of what runs. So work that is spawned inherits
// its parent's priority without looking at it, and the deque is one load away.
#pragma once
#include <weft/job/split_deque.hpp>
#include <weft/sched/ready_queue.hpp>

namespace weft {

class Worker;

class Lane : public SplitDeque {
 public:
    // Never null: on threads that are no workers, a lane of zeros, which has no room and no worker.
    // Never kept across a switch.
    static WEFT_ALWAYS_INLINE Lane* current() { return static_cast<Lane*>(port::current_worker()); }

    // Whose lane it is, and what a job of it asks for unless it says otherwise: set once.
    Worker* worker = nullptr;
    JobTraits traits = plain_traits(Priority::normal);
    Priority priority() const { return traits.priority; }
    ReadyQueue ready;
    // So many jobs run before the next ready fiber: a fiber that yields goes behind older work.
    uint32_t jobs_first = 0;
};

static_assert(sizeof(Lane) <= port::kNoWorkerBytes, "Lane: port::weft_no_worker stands for one");

}  // namespace weft
