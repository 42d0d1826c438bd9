// worker_large.cpp - jobs that ask for a large stack, and the fibers that have one
// SPDX-License-Identifier: MIT
//
//   small fiber: finds such a job --room()--> large fiber: runs it --> back to the pool
//
// A large fiber does nothing else. Linked where a program has such jobs: their types lead here.
#include <weft/sched/scheduler.hpp>

namespace weft {

const LargeStacks Worker::kLargeStacks = {
    [](Worker& worker, Fiber* self, Job* job) { worker.hand_to_large(self, job); },
    large_main,
};

// If no large fiber is free, the job goes to this worker's inbox, and is found once one is; if that
// is full, to the small stack. Nobody uses room() before the large fiber does.
void Worker::hand_to_large(Fiber* self, Job* job) {
    if (job != &room()) copy_job(room(), *job);
    if (Fiber* const large = pool_.acquire(StackClass::large)) return leave(self, large);
    const bool some = pool_.figures(StackClass::large).limit != 0;
    if (some && put_into_inbox(room())) return;
    room().traits.large = false;
    if (!kOneCore && room().traits.worker != kAnyWorker) return run_pinned(self, &room());
    run_slot(&room());
}

void Worker::large_main(Fiber* self) {
    for (;;) {
        Worker* const w = current();
        if (!kOneCore && w->room().traits.worker != kAnyWorker)
            w->run_pinned(self, &w->room());
        else
            w->run_slot(&w->room());
        current()->leave_large(self);
    }
}

void Worker::leave_large(Fiber* self) {
    if (!kOneCore && !others_.inbox.empty())
        attend_to(kInbox);  // perhaps a job that waits for this very fiber
    settle();
    leave(self, next_fiber());
}

}  // namespace weft
