// system.hpp - a whole system: memory, workers, and the work that is run on them
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/sched/scheduler.hpp>
#include <weft/sched/spawn.hpp>

namespace weft {

class System {
 public:
    System() = default;
    ~System() { (void)shutdown(); }
    System(const System&) = delete;
    System& operator=(const System&) = delete;

    // Statuses: those of Scheduler::init(), and core_refused. Cores other than the caller's start
    // here; the caller's is worker 0 while it is in run() or pump().
    Status init(const Config& config, Bytes storage);

    // Runs job() and everything it waits for; the calling thread is worker 0 meanwhile. Returns the
    // job's status.
    template <class Function>
    Status run(const Function& job);

    // Without a thread of its own: runs at most `budget` jobs and resumptions and returns how many.
    uint32_t pump(uint32_t budget = ~0u);

    // Any thread: one job, by the policy of the caller when full (exhausted: nothing changed).
    template <class Function>
    Status submit(const Function& function, Priority priority = Priority::normal);
    template <class Function>
    Status submit(Counter& counter, const Function& function, Priority priority = Priority::normal);

    // Waits until nothing is left, or the deadline, and stops all cores. not_drained: what was left
    // is in figures().
    Status shutdown(uint64_t deadline_ns = port::kNoDeadline);

    Scheduler& scheduler() { return scheduler_; }

 private:
    static void core_main(void* worker);
    void serve_until(Counter& counter);

    Scheduler scheduler_;
    Config config_;
    uint32_t started_ = 0;
};

template <class Function>
Status System::submit(Counter& counter, const Function& function, Priority priority) {
    Job job;
    fill_job(job, &counter, plain_traits(priority), function);
    counter.add(1);
    if (scheduler_.submit(job)) return Status::ok;
    decrement(counter);
    return Status::exhausted;
}

template <class Function>
Status System::submit(const Function& function, Priority priority) {
    Job job;
    fill_job(job, nullptr, plain_traits(priority), function);
    return scheduler_.submit(job) ? Status::ok : Status::exhausted;
}

template <class Function>
Status System::run(const Function& function) {
    Counter done(1);
    Job job;
    const auto body = [this, &function, &done] {
        const Function copy = function;
        Function& mine = const_cast<Function&>(copy);
        done.fail(run_closure(mine));
        Worker::current()->settle();
        scheduler_.worker(0).attend_to(Worker::kStop);
        scheduler_.wake_worker(0);
        decrement(done);
    };
    fill_job(job, nullptr, plain_traits(Priority::normal), body);
    WEFT_REQUIRE(scheduler_.worker(0).post_to_inbox(job));
    scheduler_.worker(0).serve();
    (void)wait(done);
    return done.status();
}

}  // namespace weft
