// scheduler.hpp - what the workers share: work from outside, who sleeps, deadlines
// SPDX-License-Identifier: MIT
//
// Sleep and wake: a worker that found nothing announces itself, looks everywhere once more, and
// parks. Whoever makes work visible looks for announced workers afterwards. With a full fence on
// either side between the two steps, one of both sees the other: no wake-up is lost, and nobody
// makes a system call while nobody sleeps.
#pragma once
#include <weft/config/storage.hpp>
#include <weft/sched/injector.hpp>
#include <weft/sched/job_memory.hpp>
#include <weft/sched/timers.hpp>
#include <weft/sched/trace.hpp>
#include <weft/sched/worker.hpp>

namespace weft {

struct SchedulerFigures {
    WorkerFigures all;  // of all workers together
    uint32_t workers;
    uintptr_t injector_pushes;
    uintptr_t injector_full;  // refused submissions
    uintptr_t wakes_sent;     // sleeping workers woken: system calls, on a host
};

class Scheduler {
 public:
    Scheduler() = default;
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    // Lays itself out in the storage. Statuses: those of check_storage() and FiberPool::init().
    Status init(const Config& config, Bytes storage);
    // Panics while a fiber is in use.
    void shutdown();

    uint32_t workers() const { return workers_; }
    bool alone() const { return workers_ == 1; }
    Worker& worker(uint32_t index) const {
        return *reinterpret_cast<Worker*>(first_worker_ + stride_ * index);
    }

    // Any core: whom a worker steals from, nearest group first. The order and its tables are the
    // caller's, and stay. Without one, all others are one group.
    void set_steal_order(uint32_t worker, const StealOrder& order);

    // Any context. False: that priority's injector is full; counted, nothing changed.
    bool submit(const Job& job);
    // Any context: `count` less, and a worker wakes whom it must.
    void post(Counter& counter, uint32_t count);

    // Any core, with something to do now visible: wakes a worker that sleeps, if one does.
    void wake_one();
    void wake_worker(uint32_t index);
    void wake_all();

    // Of workers, as they go to sleep and have woken.
    void announce_sleep(uint32_t index);
    // Whether a waker has chosen this worker.
    bool withdraw_sleep(uint32_t index);
    // Whether a worker that looks now might find something. Walks all workers.
    bool anything_visible() const;

    // Any core: whatever ends a wait outside a worker's reach puts the fibers here.
    void ready_outside(Fiber* fiber);
    Fiber* take_ready_outside(Priority priority);
    bool take_job(Priority priority, Job* job) { return injectors_[unsigned(priority)].pop(job); }
    bool outside_empty() const;
    // On a worker; a look when there is nothing.
    // Relaxed: only that.
    bool posts_wait() const { return posted_.load_relaxed() != nullptr; }
    void complete_posts(Worker& worker) {
        if (__builtin_expect(posts_wait(), 0)) complete_posted(worker);
    }

    Timers timers;
    JobMemory memory;
    Trace trace;
    // Of workers; System::set_tracing() is for users.
    void set_tracing(bool on);
    // What zones of this name took so far.
    TraceTagFigures tag_figures(const char* name) const;

    SchedulerFigures figures() const;
    // Whether every job that was spawned or submitted is over, and all workers but the caller's,
    // which is the first, sleep. Stays true if nobody submits.
    bool drained();
    // Meanwhile nobody spins before it sleeps.
    // Relaxed: a request, seen soon.
    void set_draining(bool draining) { draining_.store_relaxed(draining); }
    // Relaxed: as above.
    bool draining() const { return draining_.load_relaxed() != 0; }
    // Any context: a job for one worker. False: its inbox is full, nothing changed.
    bool submit_to(uint32_t worker, const Job& job);
    // Once no worker runs any more: what was left.
    struct Left {
        size_t jobs = 0;    // dropped before they began; their closures were destroyed
        size_t fibers = 0;  // suspended for ever; what lay on their stacks was not
    };
    Left abandon();

 private:
    static constexpr uint32_t kWords = kMaxWorkers / 32;

    void complete_posted(Worker& worker);
    bool others_sleep();
    bool wake_chosen(uint32_t index);
    Status lay_out(const Config& config, Bytes shared);

    unsigned char* first_worker_ = nullptr;
    size_t stride_ = 0;
    uint32_t workers_ = 0;
    uint32_t made_ = 0;

    Injector injectors_[kPriorities];
    ReadyQueue ready_outside_[kPriorities];
    alignas(port::kCacheLine) Atomic<uint32_t> sleeping_;
    Atomic<uint32_t> sleepers_[kWords];
    Atomic<uint32_t> draining_;
    alignas(port::kCacheLine) Atomic<Counter*> posted_;
    Atomic<uintptr_t> sent_, submitted_, refused_, wakes_;
};

// On a thread that is no worker: each goes to the injectors' side of its own scheduler.
void wake_from_outside(Woken all);

// Sized in config/footprint.hpp.
static_assert(sizeof(Worker) <= kWorkerBytes, "kWorkerBytes in footprint.hpp");
static_assert(sizeof(Injector::Cell) == kInjectorCellBytes, "kInjectorCellBytes in footprint.hpp");
static_assert(sizeof(Slot) == kSlotBytes, "kSlotBytes in footprint.hpp");

}  // namespace weft
