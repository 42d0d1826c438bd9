// waiters.hpp - who waits for a counter without being a fiber
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/job/counter.hpp>
#include <weft/job/job.hpp>

namespace weft {

// A thread that is no worker, asleep on its own stack. Its entry in the counter's list is a fiber
// that never runs.
struct WaitingThread {
    Fiber entry;
    port::Parker parker;

    WaitingThread() { entry.kind = WaiterKind::thread; }

    // The thread may be gone right after: the token is the last touch.
    static void release(Fiber* entry) {
        port::unpark(reinterpret_cast<WaitingThread*>(entry)->parker);
    }
};
static_assert(offsetof(WaitingThread, entry) == 0, "WaitingThread: release() casts");

class Worker;

// What becomes of such a job: linked where a program has them.
struct WaitingJobCalls {
    // Into a lane of the worker's, or elsewhere if that is full.
    void (*make_ready)(Worker& worker, Fiber* entry);
    // Taken out of where it waited, to be run; it moves to `room`.
    Job* (*open)(Worker& worker, Fiber* entry, Job& room);
};

// A job that starts when the counter is complete: stands in ready queues as a fiber does, and is
// opened where that would go on.
struct WaitingJob {
    Fiber entry;
    Job job;
    const WaitingJobCalls* calls;

    explicit WaitingJob(const WaitingJobCalls& how) : calls(&how) { entry.kind = WaiterKind::job; }
    static WaitingJob* of(Fiber* entry) { return reinterpret_cast<WaitingJob*>(entry); }
};
static_assert(offsetof(WaitingJob, entry) == 0, "WaitingJob: of() casts");

}  // namespace weft
