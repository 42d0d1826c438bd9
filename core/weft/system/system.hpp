// system.hpp - a whole system: memory, workers, and the work that is run on them
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/frame/frames.hpp>
#include <weft/sched/scheduler.hpp>
#include <weft/sched/spawn.hpp>
#include <weft/system/only_place.hpp>

namespace weft {

using Left = Scheduler::Left;

class System {
 public:
    System() = default;
    ~System() { (void)shutdown(); }
    System(const System&) = delete;
    System& operator=(const System&) = delete;

    // Statuses: those of Scheduler::init(), Frames::init() and Placement::plan(), and core_refused.
    // Cores other than the caller's start here, and may not be ready yet when this returns; the
    // caller's is worker 0 while it is in run(), pump() or shutdown(), and is tied to its CPU until
    // shutdown(), if workers are.
    Status init(const Config& config, Bytes storage) { return init(config, storage, nullptr); }
    // The same with what the compiler has checked and laid out: nothing of that is linked.
    template <const Config& kConfig>
    Status init(Storage<kConfig>& storage) {
        static_assert(kConfig.job_slots() != 0,
                      "job_slots: a system runs jobs, and needs room for them");
        static constexpr Scheduler::Options kOptions = Scheduler::options_for(kConfig);
        if (!pages_are_small(kConfig)) return Status::page_size;
        return init(Checked<kConfig>::kPlan, storage.bytes(), nullptr, kOptions);
    }
    // On the machine that this table describes, whose rows are the caller's, and stay: a board's,
    // or another machine's, as which this one then acts.
    Status init(const Config& config, Bytes storage, const Topology& topology) {
        return init(config, storage, &topology);
    }

    // Runs job() and everything it waits for, on worker 0 at first, and returns its status.
    template <class Function>
    Status run(const Function& job);

    // Without giving the thread away: runs at most `budget` jobs and resumptions, and returns how
    // many there were. Never sleeps; zero means that there is nothing to do now.
    uint32_t pump(uint32_t budget = ~0u);

    // From any thread, interrupt or signal handler: a job of plain bytes. exhausted: the injector
    // of that priority is full; nothing has happened, and it is counted.
    template <class Function>
    Status submit(const Function& function, Priority priority = Priority::normal);
    template <class Function>
    Status submit(Counter& counter, const Function& function, Priority priority = Priority::normal);
    // For one worker and no other, also after its waits. exhausted: its inbox is full.
    template <class Function>
    Status submit_to(uint32_t worker, Counter& counter, const Function& function);
    // The same context: `count` less; a worker wakes whom it must.
    void decrement_from_interrupt(Counter& counter, uint32_t count = 1) {
        scheduler_.post(counter, count);
    }

    // Helps until every job is over, or the deadline has come, and stops all cores. not_drained:
    // the deadline came first, and `left` says what was left. Whoever waited for it waits for ever.
    Status shutdown(uint64_t deadline_ns = port::kNoDeadline, Left* left = nullptr);

    Scheduler& scheduler() { return scheduler_; }
    Frames& frames() { return frames_; }
    SchedulerFigures figures() const { return scheduler_.figures(); }
    // Any core: events are noted from here on, or are not. They are from init() on, if
    // Config::trace_events says how many to keep.
    void set_tracing(bool on) {
        scheduler_.set_tracing(on);
        frames_.set_tracing(on);
    }

    // Any core: where workers and their pages are, and how far start-up is. pages() asks the
    // machine for each page.
    const Topology& topology() const { return placement_.topology(); }
    WorkerPlace place(uint32_t worker) const { return placement_.place(worker); }
    PageCount pages(uint32_t worker, WorkerMemory memory) const {
        return placement_.pages(worker, memory);
    }

 private:
    Status init(const Config& config, Bytes storage, const Topology* topology);
    Status init(const StoragePlan& plan, Bytes storage, const Topology* topology,
                const Scheduler::Options& options);
    Status start_cores(const Config& config);
    static void core_main(void* seat);
    bool drain(uint64_t deadline_ns);
    void stop_cores();

    Placing placement_;
    Scheduler scheduler_;
    Frames frames_;
    uint32_t started_ = 0;
};

template <class Function>
void fill_outside_job(Job& job, Counter* counter, const Function& function, Priority priority) {
    static_assert(kFitsJob<Function>,
                  "submit: capture plain bytes of at most kJobClosureBytes, or a pointer to more");
    job.type = &kJobType<Function>;
    job.counter = counter;
    job.traits = plain_traits(priority);
    construct_at<Function>(job.closure, function);
}

template <class Function>
Status System::submit(Counter& counter, const Function& function, Priority priority) {
    Job job;
    fill_outside_job(job, &counter, function, priority);
    counter.add(1);
    if (scheduler_.submit(job)) return Status::ok;
    decrement(counter);
    return Status::exhausted;
}

template <class Function>
Status System::submit(const Function& function, Priority priority) {
    Job job;
    fill_outside_job(job, nullptr, function, priority);
    return scheduler_.submit(job) ? Status::ok : Status::exhausted;
}

template <class Function>
Status System::submit_to(uint32_t worker, Counter& counter, const Function& function) {
    Job job;
    fill_outside_job(job, &counter, function, Priority::normal);
    job.traits.worker = uint16_t(worker);
    counter.add(1);
    if (scheduler_.submit_to(worker, job)) return Status::ok;
    decrement(counter);
    return Status::exhausted;
}

template <class Function>
Status System::run(const Function& function) {
    Counter done(1);
    const auto body = [this, &function, &done] {
        done.fail(run_closure(const_cast<Function&>(function)));
        Worker::current()->settle();
        Worker::current()->wake(done.subtract(1));
        scheduler_.worker(0).stop();
    };
    Job job;
    fill_outside_job(job, nullptr, body, Priority::normal);
    scheduler_.count_sent();
    scheduler_.worker(0).begin_with(job);
    scheduler_.worker(0).serve();
    if constexpr (!kOneCore) (void)wait_on_thread(done, port::kNoDeadline);
    return done.status();
}

}  // namespace weft
