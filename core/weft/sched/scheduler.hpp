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
#include <weft/sched/roster.hpp>
#include <weft/sched/timers.hpp>
#include <weft/sched/trace.hpp>
#include <weft/sched/worker.hpp>
#include <weft/topology/pinning.hpp>

namespace weft {

// Where workers run. Without one, all are of one node and one tier.
struct Seating {
    Span<const uint16_t> nodes;    // of each worker: the topology's index
    Span<const uint16_t> classes;  // of each worker: its core's
    uint16_t fastest = 0;
    Span<const MemoryNode> numbers;  // of the topology's nodes; empty: not this machine's
    Tiers tiers;
};

// What a node's workers look at first: work from outside. Others come here when theirs is empty.
struct alignas(kApart) NodeQueues {
    Injector injectors[kPriorities];
    ReadyQueue ready[kPriorities];
    uint32_t first_worker = 0;  // of this node
};

// Which worker a heavy job is for (heavy.hpp), or kAnyWorker; `turn` is a number that moves on. Any
// core may call it.
using HeavyPolicy = uint32_t (*)(Scheduler& scheduler, uint32_t turn);
uint32_t prefer_fast_cores(Scheduler& scheduler, uint32_t turn);

struct SchedulerFigures {
    WorkerFigures all;  // of all workers together
    uint32_t workers;
    uintptr_t injector_pushes;
    uintptr_t injector_full;  // refused submissions
    uintptr_t wakes_sent;     // sleeping workers woken: system calls, on a host
};

// What a scheduler keeps for other workers' sake. With one core it takes no memory: code that names
// it stands behind kOneCore, and is gone.
template <bool kAlone>
struct ForOthers {
    Roster roster;
    Seating seating_ = {};
    alignas(kApart) Atomic<uint32_t> on_duty_;  // workers below this
    Atomic<HeavyPolicy> heavy_policy_;
    Atomic<uint32_t> heavy_turn_;
    Atomic<uintptr_t> wakes_;
    alignas(kApart) Atomic<uint32_t> draining_;
    size_t stride_ = 0;  // from worker to worker
};
template <>
struct ForOthers<true> {
    static inline Roster roster;
    static inline Seating seating_ = {};
    static inline Atomic<uint32_t> on_duty_;
    static inline Atomic<HeavyPolicy> heavy_policy_;
    static inline Atomic<uint32_t> heavy_turn_;
    static inline Atomic<uintptr_t> wakes_;
    static inline Atomic<uint32_t> draining_;
    static inline size_t stride_;
};

class Scheduler : private ForOthers<kOneCore> {
 public:
    using ForOthers<kOneCore>::roster;
    Scheduler() = default;
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    // Lays itself out in the storage. Statuses: those of check_storage() and FiberPool::init().
    // The seating's tables are the caller's, and stay.
    Status init(const Config& config, Bytes storage, const Seating* seating = nullptr);
    // How it lays out what only some configurations ask for; null: not this one.
    struct Options {
        Status (*closures)(Scheduler& all, const StoragePlan& plan, Bytes storage);
    };
    static constexpr Options options_for(const Config& config) {
        return {config.job_memory_bytes() != 0 ? lay_out_closures : nullptr};
    }
    // A plan for one that runs jobs. Statuses: those of make_plan().
    static Status plan_for(const Config& config, Bytes storage, StoragePlan* plan);
    Status init(const StoragePlan& plan, Bytes storage, const Seating* seating,
                const Options& options);
    // Panics while a fiber is in use.
    void shutdown();

    uint32_t workers() const { return workers_; }
    bool alone() const { return kOneCore || workers_ == 1; }
    Worker& worker(uint32_t index) const {
        return *reinterpret_cast<Worker*>(first_worker_ + (kOneCore ? 0 : stride_ * index));
    }

    // Any core: whom a worker steals from, nearest group first. The order and its tables are the
    // caller's, and stay. Without one, all others are one group.
    void set_steal_order(uint32_t worker, const StealOrder& order);

    // Any context. To the caller's node, or to another if its injector of that priority is full.
    // False: all are; counted, nothing changed.
    bool submit(const Job& job) { return submit_near(node_here(), job); }
    bool submit_near(uint32_t node, const Job& job);
    // The same, uncounted.
    bool offer(uint32_t node, const Job& job);
    uint32_t nodes() const { return node_count_; }
    uint32_t node_here() const;
    uint32_t jobs_at(uint32_t node, Priority priority) const {
        return outside() == nullptr ? 0 : queues(node).injectors[unsigned(priority)].count();
    }

    // Any core. Null: prefer_fast_cores.
    void set_heavy_policy(HeavyPolicy policy);
    uint32_t choose_for_heavy(uint32_t from);
    bool has_slow_cores() const { return !kOneCore && seating_.fastest != 0; }
    bool is_fast(uint32_t worker) const {
        return kOneCore || seating_.classes.empty() || seating_.classes[worker] == seating_.fastest;
    }
    bool sleeps(uint32_t worker) const {
        // Relaxed: a look.
        return !kOneCore && (roster.asleep(worker / 32).load_relaxed() >> (worker % 32) & 1) != 0;
    }

    // Workers of later tiers rest until those before them are busy: see tiers.cpp.
    bool off_duty(uint32_t worker) const {
        // Relaxed: a look; whoever raises it wakes whom it must.
        return worker >= on_duty_.load_relaxed();
    }
    // Relaxed: a look.
    uint32_t on_duty() const { return on_duty_.load_relaxed(); }
    // Whether a worker that has announced its sleep should look again.
    bool wanted(uint32_t worker);
    // Any context: `count` less, and a worker wakes whom it must.
    void post(Counter& counter, uint32_t count);

    // Any core, with something to do now visible: wakes a worker that sleeps, if one does; the next
    // one from `near` on, of its neighbours first.
    void wake_one(uint32_t near);
    void wake_one_of(uint32_t node) { wake_one(queues(node).first_worker); }
    void wake_worker(uint32_t index);
    void wake_all();

    // Whether a worker sleeps now, or will see what the caller did so far before it does.
    bool anyone_sleeps() const {
        // Sequentially consistent: the caller's writes must be visible before it is decided that
        // nobody sleeps. Pairs with the fence in announce_sleep().
        fence_seq_cst();
        return roster.anyone_sleeps();
    }

    // Of workers, as they go to sleep and have woken.
    void announce_sleep(uint32_t index);
    // Whether a waker has chosen this worker.
    bool withdraw_sleep(uint32_t index);
    // Whether a worker that looks now might find something. Walks all open lanes.
    bool anything_visible() const;

    // Any core: whatever ends a wait outside a worker's reach puts the fibers here.
    void ready_outside(Fiber* fiber);
    // On a worker of this node: its own queue first.
    Fiber* take_ready_outside(uint32_t node, Priority priority);
    bool take_job(uint32_t node, Priority priority, Job* job);
    bool outside_empty() const;
    // Null: nothing was ever given.
    const Worker::Outside* outside() const {
        // Relaxed: the table stands from the start.
        return kOneCore ? outside_.load_relaxed() : &Worker::kOutside;
    }
    // Any context, before something is given.
    void use_outside() {
        if (kOneCore && outside() == nullptr) open_outside();
    }
    // A job that the caller hands over by itself.
    // Relaxed: a count.
    void count_sent() { sent_.fetch_add_relaxed(1); }
    // On a worker; a look when there is nothing.
    // Relaxed: only that.
    bool posts_wait() const { return posted_.load_relaxed() != nullptr; }
    void complete_posts(Worker& worker) {
        if (__builtin_expect(posts_wait(), 0)) complete_posted(worker);
    }

    Timers timers;
    Trace trace;
    // Null without Config::job_memory_bytes().
    JobMemory* memory() const { return memory_; }
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
    void complete_posted(Worker& worker);
    bool others_sleep();
    bool wake_chosen(uint32_t index);
    bool wake_among(uint32_t begin, uint32_t end);
    bool wake_near(uint32_t near, uint32_t end);
    uint32_t asleep_among(uint32_t begin, uint32_t end) const;
    bool crowded(uint32_t end) const;
    uint32_t raise_duty(uint32_t end);
    void lower_duty();
    void take_seats(const Config& config, const Seating* seating);
    uint32_t share_of(uint32_t node) const;
    Status lay_out_shared(const StoragePlan& plan, Bytes storage, const Options& options);
    static Status lay_out_closures(Scheduler& all, const StoragePlan& plan, Bytes storage);
    void lay_out_node(uint32_t node);
    void open_outside();
    static uint32_t node_of_worker(const void* self, uint32_t worker);
    NodeQueues& queues(uint32_t node) const {
        return *reinterpret_cast<NodeQueues*>(first_node_ + node_stride_ * node);
    }
    uint32_t node_after(uint32_t node) const { return node + 1 == node_count_ ? 0 : node + 1; }

    JobMemory* memory_ = nullptr;  // in the storage
    unsigned char* first_worker_ = nullptr;
    using Few = Conditional<kLeastCode, uint16_t, uint32_t>::Type;
    Few workers_ = 0;
    Few made_ = 0;

    unsigned char* first_node_ = nullptr;
    size_t node_stride_ = 0;
    Few node_count_ = 0;
    Few injector_slots_ = 0;
    alignas(kApart) Atomic<Counter*> posted_;
    Atomic<const Worker::Outside*> outside_;
    Atomic<uintptr_t> sent_, submitted_, refused_;
};

// On a thread that is no worker: each goes to the injectors' side of its own scheduler.
void wake_from_outside(const Woken& all);

// Sized in config/footprint.hpp.
static_assert(sizeof(Worker) + kQueuesBehind <= kWorkerBytes, "kWorkerBytes in footprint.hpp");
static_assert(sizeof(Injector::Cell) == kInjectorCellBytes, "kInjectorCellBytes in footprint.hpp");
static_assert(sizeof(NodeQueues) <= kQueuesBytes, "kQueuesBytes in footprint.hpp");
static_assert(sizeof(Roster::Word) == kRosterBytes, "kRosterBytes in footprint.hpp");
static_assert(sizeof(JobMemory) <= kJobMemoryBytes, "kJobMemoryBytes in footprint.hpp");
static_assert(sizeof(Pool) <= kPoolBytes, "kPoolBytes in footprint.hpp");
static_assert(sizeof(ChunkHeap) <= kChunkHeapBytes, "kChunkHeapBytes in footprint.hpp");
static_assert(sizeof(Slot) == kSlotBytes, "kSlotBytes in footprint.hpp");

}  // namespace weft
