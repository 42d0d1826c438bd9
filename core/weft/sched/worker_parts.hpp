// worker_parts.hpp - a worker's figures, what it finds, and what it keeps for others' sake
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/job/counter.hpp>
#include <weft/memory/owner_counter.hpp>
#include <weft/sched/ready_queue.hpp>
#include <weft/topology/steal_order.hpp>

namespace weft {

// What a worker did, exact; any core may read. Named as users of such systems know them.
#define WEFT_WORKER_FIGURES(X)                                                   \
    X(jobs_completed, "jobs that ran, and those dropped by a cancelled counter") \
    X(local_pushes, "jobs put into the worker's own deque")                      \
    X(inbox_pushes, "jobs sent to one worker")                                   \
    X(dependents, "jobs that were to wait for a counter")                        \
    X(run_in_place, "jobs run by their spawner because the deque was full")      \
    X(ran_for_room, "jobs run by a spawner that found the deque full")           \
    X(injector_pops, "jobs taken from outside")                                  \
    X(inbox_pops, "jobs sent to this worker alone")                              \
    X(steals_won, "jobs and forks taken from other workers")                     \
    X(steals_lost, "looks at other workers that found nothing")                  \
    X(steals_raced, "attempts that another thief won")                           \
    X(fibers_stolen, "ready fibers taken from other workers")                    \
    X(suspensions, "waits and yields that left the stack")                       \
    X(resumptions, "ready fibers that went on")                                  \
    X(no_fiber, "suspensions that found the fiber pool empty")                   \
    X(sleeps, "times the worker parked")                                         \
    X(dropped, "jobs whose counter was cancelled before they started")           \
    X(settlements, "times a counter's batch was given back")

struct WorkerFigures {
#define WEFT_FIGURE(name, text) uintptr_t name;
    WEFT_WORKER_FIGURES(WEFT_FIGURE)
#undef WEFT_FIGURE
};

struct WorkerCounters {
#define WEFT_FIGURE(name, text) OwnerCounter name;
    WEFT_WORKER_FIGURES(WEFT_FIGURE)
#undef WEFT_FIGURE
};

// What to do next: a job or a fork to run here, or a fiber to switch to.
enum class Find : uintptr_t { nothing, job, fork, fiber };

template <bool kOneWord>
struct FoundIn {
    FoundIn() = default;
    FoundIn(void* what, Find kind) : what_(what), kind_(kind) {}
    void* what() const { return what_; }
    Find kind() const { return kind_; }
    bool any() const { return kind_ != Find::nothing; }

 private:
    void* what_ = nullptr;
    Find kind_ = Find::nothing;
};
// 32-bit ABIs return two words in memory, and one in a register.
template <>
struct FoundIn<true> {
    FoundIn() = default;
    FoundIn(void* what, Find kind) : word_(reinterpret_cast<uintptr_t>(what) | uintptr_t(kind)) {}
    void* what() const { return reinterpret_cast<void*>(word_ & ~uintptr_t(3)); }
    Find kind() const { return Find(word_ & 3); }
    bool any() const { return word_ != 0; }

 private:
    uintptr_t word_ = 0;
};

// What a worker keeps for others' sake; with one core it takes no memory, as in ForOthers.
template <bool kAlone>
struct WorkerForOthers {
    Counter* lease_ = nullptr;
    Counter* runs_for_ = nullptr;  // the counter of the job that runs
    OwnerCounter spare_;           // units of the lease's counter that are no jobs yet
    uintptr_t settled_at_ = 0;     // jobs_completed, when all that had ended was given back
    uint32_t turn_ = 0;            // drawn anew for each look at others: where it begins
    uint32_t homebound_count_ = 0;
    Fiber* homebound_ = nullptr;  // ended here, of another worker's pool
    uint32_t idle_rounds_ = 0;
    uint32_t idle_spins_ = 0;
};
template <>
struct WorkerForOthers<true> {
    static inline Counter *lease_, *runs_for_;
    static inline OwnerCounter spare_;
    static inline uintptr_t settled_at_;
    static inline uint32_t turn_, homebound_count_;
    static inline Fiber* homebound_;
    static inline uint32_t idle_rounds_, idle_spins_;
};

// What others write to a worker; as above.
template <bool kAlone>
struct WorkerFromOthers {
    Atomic<const StealOrder*> order;
    Atomic<Fiber*> returned;
    ReadyQueue pinned;
};
template <>
struct WorkerFromOthers<true> {
    static inline Atomic<const StealOrder*> order;
    static inline Atomic<Fiber*> returned;
    static inline ReadyQueue pinned;
};

}  // namespace weft
