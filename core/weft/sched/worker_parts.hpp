// worker_parts.hpp - a worker's figures, what it finds, and what it keeps for others' sake
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/job/counter.hpp>
#include <weft/memory/owner_counter.hpp>
#include <weft/sched/injector.hpp>
#include <weft/sched/lane.hpp>
#include <weft/sched/thefts.hpp>
#include <weft/topology/steal_order.hpp>

namespace weft {

// What a worker did, exact; any core may read. Named as users of such systems know them.
#define WEFT_FIGURES_OF_ONE(X)                                                   \
    X(jobs_completed, "jobs that ran, and those dropped by a cancelled counter") \
    X(local_pushes, "jobs put into the worker's own deque")                      \
    X(inbox_pushes, "jobs sent to one worker")                                   \
    X(dependents, "jobs that were to wait for a counter")                        \
    X(run_in_place, "jobs run by their spawner because the deque was full")      \
    X(ran_for_room, "jobs run by a spawner that found the deque full")           \
    X(injector_pops, "jobs taken from outside")                                  \
    X(inbox_pops, "jobs sent to this worker alone")                              \
    X(suspensions, "waits and yields that left the stack")                       \
    X(resumptions, "ready fibers that went on")                                  \
    X(no_fiber, "suspensions that found the fiber pool empty")                   \
    X(sleeps, "times the worker parked")                                         \
    X(dropped, "jobs whose counter was cancelled before they started")

// What there is among several workers.
#define WEFT_FIGURES_AMONG_SEVERAL(X)                           \
    X(steals_won, "jobs and forks taken from other workers")    \
    X(steals_lost, "looks at other workers that found nothing") \
    X(steals_raced, "attempts that another thief won")          \
    X(fibers_stolen, "ready fibers taken from other workers")   \
    X(settlements, "times a counter's batch was given back")

#define WEFT_WORKER_FIGURES(X) \
    WEFT_FIGURES_OF_ONE(X)     \
    WEFT_FIGURES_AMONG_SEVERAL(X)

struct WorkerFigures {
#define WEFT_FIGURE(name, text) uintptr_t name;
    WEFT_WORKER_FIGURES(WEFT_FIGURE)
#undef WEFT_FIGURE
};

struct CountersOfOne {
#define WEFT_FIGURE(name, text) OwnerCounter name;
    WEFT_FIGURES_OF_ONE(WEFT_FIGURE)
#undef WEFT_FIGURE
};
// With one core they take no memory.
template <bool kAlone>
struct CountersAmongSeveral {
#define WEFT_FIGURE(name, text) OwnerCounter name;
    WEFT_FIGURES_AMONG_SEVERAL(WEFT_FIGURE)
#undef WEFT_FIGURE
};
template <>
struct CountersAmongSeveral<true> {
#define WEFT_FIGURE(name, text) static inline OwnerCounter name;
    WEFT_FIGURES_AMONG_SEVERAL(WEFT_FIGURE)
#undef WEFT_FIGURE
};
struct WorkerCounters : CountersOfOne, CountersAmongSeveral<kOneCore> {};

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
    Thefts thefts_;
};
template <>
struct WorkerForOthers<true> {
    static inline Counter *lease_, *runs_for_;
    static inline OwnerCounter spare_;
    static inline uintptr_t settled_at_;
    static inline uint32_t turn_, homebound_count_;
    static inline Fiber* homebound_;
    static inline uint32_t idle_rounds_, idle_spins_;
    static inline Thefts thefts_;
};

// Small builds of one core without pages make fibers when they are asked for, and keep them.
constexpr bool kMadeWhenAsked = kSmallCode && !kMachineRefuses;

// Of fibers that are made, and stacks that are given back, in idle moments.
template <bool kNone>
struct WorkerSpares {
    uint32_t keep_fibers_ = 0;  // made in idle moments, and kept by trims
    uint32_t keep_large_ = 0;
    uint32_t trim_after_ms_ = 0;
    uint32_t idle_since_ = 0;
    bool grown_ = false;  // the pool has its initial size, or as much as can be had
    bool settled_ = false;
};
template <>
struct WorkerSpares<true> {
    static inline uint32_t keep_fibers_, keep_large_, trim_after_ms_, idle_since_;
    static inline bool grown_, settled_;
};

// A worker's queues, and room for a job that was copied from elsewhere, until it runs.
struct WorkerQueues {
    Job room = {};
    Lane lanes[kPriorities];
};
struct QueuesInside {
    WorkerQueues queues;

    template <class Owner>
    WorkerQueues& of(Owner*) {
        return queues;
    }
};
// With the least code they stand in the storage, right behind the worker.
struct QueuesBehind {
    template <class Owner>
    static WorkerQueues& of(Owner* worker) {
        return *reinterpret_cast<WorkerQueues*>(worker + 1);
    }
};
constexpr size_t kQueuesBehind = kLeastCode ? sizeof(WorkerQueues) : 0;

// What others write to a worker; as above. With one core, what is sent to the only worker is simply
// work from outside.
template <bool kAlone>
struct WorkerFromOthers {
    Atomic<uint32_t> attention;
    Atomic<const StealOrder*> order;
    Atomic<Fiber*> returned;
    ReadyQueue pinned;
    Injector inbox;
};
template <>
struct WorkerFromOthers<true> {
    static inline Atomic<uint32_t> attention;
    static inline Atomic<const StealOrder*> order;
    static inline Atomic<Fiber*> returned;
    static inline ReadyQueue pinned;
    static inline Injector inbox;
};

}  // namespace weft
