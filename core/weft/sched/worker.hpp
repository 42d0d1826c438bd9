// worker.hpp - one core's share of the scheduler: what it runs, what it owes, what it does next
// SPDX-License-Identifier: MIT
//
//   thread ---> pool fiber: loop { pick a job, run it here } --job waits--> another fiber's loop
//     ^              |                                                        or a ready fiber
//     '--------------'  no fiber left, stopped, or a pump's budget spent
//
// Every pooled fiber runs the same loop, and stands at its top while it is in the pool. A job runs
// on the fiber whose loop picked it. Only when it waits does the worker take another fiber, and
// only then is there a switch.
//
// Leases: a worker counts jobs of one counter by itself. Some units of the counter's value are the
// worker's: a batch that it borrows, of which each spawn makes a job, and those of jobs that have
// ended since it settled last, of which it makes the next batch. Invariant: a counter's value is
// its outstanding jobs plus what workers owe it, and a worker owes only while it holds private jobs
// of that counter or runs one, or is on its way from one to the next. It settles before it runs
// anything else, shares or sleeps. With one core there are no leases: a counter costs no more than
// they do.
//
// Who may call: the thread of the worker, unless said otherwise.
#pragma once
#include <weft/fiber/fiber_pool.hpp>
#include <weft/job/counter.hpp>
#include <weft/memory/owner_counter.hpp>
#include <weft/sched/injector.hpp>
#include <weft/sched/known.hpp>
#include <weft/sched/lane.hpp>
#include <weft/sched/roster.hpp>
#include <weft/sched/worker_parts.hpp>
#include <weft/topology/steal_order.hpp>
#include <weft/trace/tracer.hpp>
#include <weft/trace/tracy.hpp>

namespace weft {

class Scheduler;
class Stop;
struct WaitingJobCalls;

struct LargeStacks {
    // On a small fiber that found such a job.
    void (*hand_over)(Worker& worker, Fiber* self, Job* job);
    // What large fibers run.
    void (*main)(Fiber* self);
};

class alignas(port::kCacheLine) Worker : private WorkerForOthers<kOneCore> {
 public:
    Worker() = default;
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // `part` is the worker's of the storage. Statuses: those of FiberPool::open(). Touches little
    // of it: settle_in() is for the core that will run the worker, so that its pages are near.
    Status init(Scheduler& scheduler, uint32_t index, const StoragePlan& plan, Bytes part);
    // Once, before the first serve() or pump(), which call it otherwise: the first fibers.
    // Statuses: those of FiberPool::grow_one().
    Status settle_in();
    // One fiber towards the configured number; false when there is none left to make, or none to be
    // had.
    bool grow_to_initial();
    void shutdown();

    // Null on threads that are no workers.
    static WEFT_ALWAYS_INLINE Worker* current() { return Lane::current()->worker; }
    uint32_t index() const { return index_; }
    uint32_t node() const { return node_; }  // whose injectors it looks at first
    Scheduler& scheduler() const { return *scheduler_; }
    Fiber* running() const { return running_; }
    Lane& lane(Priority priority) { return lanes_[unsigned(priority)]; }
    FiberPool& fibers() { return pool_; }

    // Runs until the scheduler stops it.
    void serve();
    // Runs at most `budget` jobs and resumptions, and returns how many there were once nothing is
    // left or the budget is spent. Jobs that a wait runs in place count, but are not held up. Never
    // sleeps.
    uint32_t pump(uint32_t budget);

    // Takes a unit of the counter's value, if there is a counter, for a job that is about to be
    // pushed: from the batch that is there, or, by the second, from another one, which may wake
    // others and push their jobs first.
    WEFT_ALWAYS_INLINE bool charge_quickly(Counter* counter) {
        if (counter == nullptr) return true;
        if constexpr (kOneCore) {
            counter->add(1);
            return true;
        }
        return __builtin_expect(lease_ == counter, 1) && spare_.take_one();
    }
    void charge(Counter* counter) {
        if (!charge_quickly(counter)) borrow(*counter);
    }
    // After a spawner has pushed a job. Jobs of a lease are counted by the batch.
    WEFT_ALWAYS_INLINE void count_push(const Counter* counter) {
        if (kOneCore || counter == nullptr) figures_.local_pushes.add(1);
    }
    // After a push of a job that found no room at first: perhaps since a thief waits for it, or
    // since much is private.
    void pushed_slowly(Lane& lane) {
        if (lane.asked()) share(lane);
        if (lane.crowded()) share_older(lane);
    }
    // The same of a fork: its parent is about to come back to it.
    void forked_slowly(Lane& lane) {
        if (lane.asked()) share(lane);
        if (lane.crowded()) lane.allow_crowd();
    }
    // Runs some of the newest jobs of a full lane, if they are this counter's; then the caller may
    // be on another worker. False: there were none.
    static bool made_way(Lane& lane, Counter* counter);
    // Around a closure that is run here and now, since it could not be queued.
    void begin_in_place(Counter* counter);
    static void end_in_place(Counter* counter, Status status);

    // Blocks of the job memory; a block may be given back on another worker. Null: none left.
    void* take_block(size_t bytes, size_t alignment);
    void give_block(void* block, size_t bytes, size_t alignment);
    // exhausted: nothing happened, and the closure is destroyed. The counter is one more otherwise.
    Status send(uint32_t worker, Job& job);
    Status send_after(Counter& first, Job& job);
    uint32_t worker_count() const;
    // Runs own private jobs of this counter, newest first, until there is none on top.
    static void run_children(Counter& counter);
    // Whether it is worth the call.
    static WEFT_ALWAYS_INLINE bool may_have_children(const Counter& counter) {
        const Lane* const lane = Lane::current();
        const Slot* const top = lane->top();
        if constexpr (kOneCore) return top != nullptr;  // run_children() looks closer
        if (top == nullptr) return lane->worker->lease_ == &counter;
        // A fork's counter is its parent's to write, which may be on another worker.
        return type_of(*top).fork != nullptr || top->counter == &counter;
    }
    // Gives back what this worker owes.
    WEFT_ALWAYS_INLINE void settle() {
        if (!kOneCore && lease_ != nullptr) settle_lease();
    }
    // A lane that may have work from now on.
    WEFT_ALWAYS_INLINE Lane& use_lane(Priority priority) {
        const uint8_t bit = lane_bit(priority);
        used_lanes_ |= bit;
        if (__builtin_expect(!kOneCore && (open_lanes_ & bit) == 0, 0)) open_lane(priority);
        return lanes_[unsigned(priority)];
    }

    // In a fiber: sleeps until the counter is complete. Inlined up to the switch: a return after it
    // is mispredicted, and costs more than all the rest.
    static Status block(Counter& counter);
    // The same, until now_ns() reaches the deadline at the latest, or a stop is requested.
    static Status block_until(Counter& counter, uint64_t deadline_ns, Stop* stop);
    // In a fiber: lets older work run first.
    static WEFT_ALWAYS_INLINE void yield();
    // A fork of this fiber that another one has started: until its result is there.
    static void await_fork(Slot* fork);
    // Of a fork's type: runs one that was claimed, unless its parent has taken it back.
    static void run_fork(Slot* slot);
    // Of job types that may ask for a large stack.
    static const LargeStacks kLargeStacks;

    // Each goes on soon: here, or where it must.
    WEFT_ALWAYS_INLINE void wake(const Woken& all) {
        if (__builtin_expect(all.any(), 0)) make_all_ready(all);
    }

    // Any core.
    WorkerFigures figures() const;
    const Tracer& tracer() const { return tracer_; }
    void attend_to(uint32_t what);  // one of the bits below
    void stop();                    // ends serve()
    static constexpr uint32_t kStop = 1, kInbox = 2, kReturned = 4, kPinned = 8, kFirst = 16;
    // Before serve(), by its thread: what runs first. The job stays where it is until then.
    void begin_with(const Job& first) {
        first_ = &first;
        attend_to(kFirst);
    }
    // Any core: pushes a job that only this worker may run; false: full.
    bool post_to_inbox(const Job& job);
    void push_pinned(Fiber* fiber);
    void return_home(Fiber* first, Fiber* last);

    // Nothing runs, nothing is queued. For tests and field checks.
    bool invariants_hold() const;
    bool nothing_queued() const;

    port::Parker parker;

 private:
    friend class Lane;
    friend void wake_from_outside(const Woken& all);
    friend class Scheduler;

    // Every so many picks, powers of two: other places are looked at first.
    static constexpr uint32_t kFairPicks = 64;
    static constexpr uint32_t kOutsidePicks = 16;
    static constexpr unsigned kFairPlaces = 3;
    static constexpr uint8_t lane_bit(Priority priority) { return 1u << unsigned(priority); }
    static constexpr uint8_t kNormalLane = 1u << unsigned(Priority::normal);

    using Found = FoundIn<sizeof(void*) == 4>;

    [[noreturn]] static void fiber_main(port::Context* context, void* pass);
    static WEFT_ALWAYS_INLINE void loop(Fiber* self);
    WEFT_ALWAYS_INLINE void enter(Fiber* self, Job* job, Fiber* next);
    static void on_stack_fault(uintptr_t address);
    static void settle_switch(void* pass);
    void adopt_thread();
    // Another core may read them in the middle of a change: then it is off by a batch.
    uintptr_t local_pushes() const { return figures_.local_pushes.value() - spare_.value(); }
    uintptr_t jobs_begun() const {
        return local_pushes() + figures_.run_in_place.value() + figures_.inbox_pushes.value() +
               figures_.dependents.value();
    }
    bool must_return();
    bool spent() const { return pumping_ && found_ - pumped_from_ >= budget_; }
    void hand_over();

    void switch_to(Fiber* next, void* pass);
    WEFT_ALWAYS_INLINE void set_running(Fiber* next, void* pass);
    void leave(Fiber* self, Fiber* next);
    WEFT_ALWAYS_INLINE void* put_away(Fiber* self);
    void prepare_to_leave();
    void gather_fibers();
    static WEFT_ALWAYS_INLINE void go_on(Counter* runs_for);
    Fiber* next_fiber();
    Fiber* next_ready();
    Fiber* next_of_thread();
    Fiber* ready_anywhere();
    Fiber* resume(Fiber* fiber);
    Fiber* yield_to(void** pass);
    WEFT_ALWAYS_INLINE void enter_lane(Lane& lane) {
        if (__builtin_expect(Lane::current() != &lane, 0)) change_lane(lane);
    }
    void change_lane(Lane& lane);
    void make_ready(Fiber* fiber);
    void make_all_ready(const Woken& all);

    void borrow(Counter& counter);
    uintptr_t ended_since_settled() const { return figures_.jobs_completed.value() - settled_at_; }
    void settle_lease();
    void take_lease(Counter* counter);
    void run_slot(Job* job);
    WEFT_ALWAYS_INLINE void run_counted(Job* job);
    Fate begin(Counter* counter);
    void run_traced(Job* job);
    void trace_switch(const Fiber* next, void* pass);
    void trace_wakes(const Woken& all);
    void start_trace(const StoragePlan& plan, Bytes part);
    void finish(Counter* counter, Status status);
    void finish_elsewhere(Counter* counter);
    static bool fits_here(const Job& job, const Fiber* self);
    WEFT_ALWAYS_INLINE bool is_special(const Job& job) const;
    void run_special(Fiber* self, Job* job);
    void run_pinned(Fiber* self, Job* job);
    void hand_to_large(Fiber* self, Job* job);
    [[noreturn]] static void large_main(Fiber* self);
    void leave_large(Fiber* self);
    static Status drop(Job& job);
    static const WaitingJobCalls kWaitingJobs;
    void ready_dependent(Fiber* entry);
    Job* open_dependent(Fiber* entry, Job& room);
    size_t drop_queued();
    Found find_left(Lane& lane, Job& room);
    static Status run_far_fork(Job* job, Fate fate);
    static const JobType kFarFork;
    template <bool kAll>
    WEFT_ALWAYS_INLINE uint32_t run_plain_children(Lane& lane, Counter& counter);
    void share(Lane& lane);
    void share_older(Lane& lane);
    void share_for_wait(Lane& lane);
    void ask_all();
    void open_lane(Priority priority);
    void close_lanes();

    WEFT_ALWAYS_INLINE Found find_next();
    Found find(Job& room);
    Found find_anywhere(Job& room);
    Found find_in_lanes(Job& room);
    WEFT_ALWAYS_INLINE Found find_own(Lane& lane, Job& room);
    Found find_fairly(uint32_t pick, Job& room);
    Found find_of(Priority priority, unsigned place, Job& room);
    Found find_sent(Job& room);
    // What was given from outside. With one core, linked where something is.
    struct Outside {
        Found (*find)(Worker& worker, Priority priority, Job& room);
        Fiber* (*take_ready)(Scheduler& all, uint32_t node, Priority priority);
        bool (*take_sent)(Worker& worker, Job& room);
    };
    static const Outside kOutside;
    Found find_outside(Priority priority, Job& room);
    Found find_given(Priority priority, Job& room);
    Found search(Job& room);
    Found steal(Priority priority, Job& room);
    Found steal_in_group(Roster::Look& look, Span<const uint16_t> victims, Job& room);
    Found steal_from(Worker& victim, Priority priority, Job& room);
    uint32_t start_among(uint32_t length) const;
    Found steal_in_turn(Roster::Look& look, Job& room);
    Fiber* steal_fibers(Lane& from, Lane& to);
    void steal_more(Lane& from, Lane& to);
    void take_over(Slot* slot, Lane& to);
    Found oldest(Lane& lane, Job& room);
    Found open_claimed(Lane& lane, Slot* slot, Job& room);
    Found found_fiber(Lane& lane, Fiber* fiber);
    Found found_job(Lane& lane, Job* job);

    void idle();
    void sleep();
    bool wanted();
    void sleep_and_trim();
    Found pass_wake_on(Found found);
    void expire_timers();
    void attend();
    void bring_home(Fiber* fiber);
    void send_home();
    void collect_returned();

    Fiber* running_ = nullptr;
    Scheduler* scheduler_ = nullptr;
    Tracer tracer_;
    uint32_t picks_ = 1;  // the first one is no fair one: what comes first goes first
    uint32_t index_ = 0;
    uint32_t budget_ = 0;
    uint32_t pumped_from_ = 0;
    uint32_t found_ = 0;  // jobs, forks and fibers that the loop was given
    uint32_t idle_since_ = 0;
    uint8_t used_lanes_ = kNormalLane;  // a bit for each that may have work
    uint8_t open_lanes_ = 0;            // those that the others are told of
    uint8_t fair_priority_ = 0;
    uint8_t fair_place_ = 0;
    bool sent_turn_ = false;
    bool chosen_ = false;
    bool pumping_ = false;
    bool stopping_ = false;
    bool large_stacks_ = false;
    bool settled_ = false;
    bool growing_ = true;  // the pool, to its initial size
    uint16_t node_ = 0;
    uint32_t keep_fibers_ = 0;  // made in idle moments, and kept by trims
    uint32_t keep_large_ = 0;
    uint32_t trim_after_ms_ = 0;
    WorkerCounters figures_;
    const Job* first_ = nullptr;
    Job room_ = {};  // for a job that was copied from elsewhere, until it runs

    Lane lanes_[kPriorities];
    FiberPool pool_;
    Fiber thread_;
    FiberInfo thread_info_;

    // The others' lines.
    alignas(kApart) Atomic<uint32_t> attention_;
    WorkerFromOthers<kOneCore> others_;
    Injector inbox_;
};

}  // namespace weft

#include <weft/sched/worker_inline.hpp>
