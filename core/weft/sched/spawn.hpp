// spawn.hpp - giving work to the scheduler from inside a job
// SPDX-License-Identifier: MIT
//
//     weft::Counter done;
//     weft::run(done, [&] { simulate(part); });
//     weft::wait(done);
//
// Where a closure goes: into the job itself if it is plain bytes of at most kJobClosureBytes; a
// larger one, or one with a destructor, into a block of its own (spawn_apart.hpp). When the deque
// is full, the job runs in place, in its spawner, and is counted as run_in_place.
//
// Who may call: jobs. Threads that are no workers submit (system/system.hpp).
#pragma once
#include <weft/sched/stop.hpp>
#include <weft/sched/worker.hpp>

namespace weft {

// A closure that lies in a block of the job memory; the job holds its address.
template <class Function>
struct ClosureApart {
    static Status run(Job* job, Fate fate) {
        Function* const function = *reinterpret_cast<Function**>(job->closure);
        const Status status = fate == Fate::run ? run_closure(*function) : Status::ok;
        destroy_at(function);
        Worker::current()->give_block(function, sizeof(Function), alignof(Function));
        return status;
    }
    static constexpr JobType kType = {&run, nullptr, kLargeStacksOf<Function>};
};

// Where a closure goes in a job. False: it needs a block, and there is none.
template <class Function>
WEFT_ALWAYS_INLINE bool put_closure(Job& job, [[maybe_unused]] Worker& worker, Function&& function,
                                    uintptr_t marks = 0) {
    using Closure = ValueType<Function>;
    if constexpr (kFitsJob<Closure>) {
        job.type = newly_marked_type(&kJobType<Closure>, marks);
        construct_at<Closure>(job.closure, function);
    } else {
        void* const block = worker.take_block(sizeof(Closure), alignof(Closure));
        if (block == nullptr) return false;
        job.type = newly_marked_type(&ClosureApart<Closure>::kType, marks);
        *reinterpret_cast<Closure**>(job.closure) =
            construct_at<Closure>(block, forward<Function>(function));
    }
    return true;
}

// A closure that fits a job is called through its type, and so in one place of the program only:
// compilers then merge the two.
template <class Function>
void run_in_place(Worker& worker, Counter* counter, Function&& function) {
    worker.begin_in_place(counter);
    if constexpr (kFitsJob<ValueType<Function>>) {
        Job job;
        (void)put_closure(job, worker, forward<Function>(function));
        JobRun run = type_of(job).run;
        asm("" : "+r"(run));
        Worker::end_in_place(counter, run(&job, Fate::run));
    } else {
        ValueType<Function> mine(forward<Function>(function));
        Worker::end_in_place(counter, run_closure(mine));
    }
}

// What marks a job in its deque: most are plain, and ask for nothing.
constexpr uintptr_t marks_of(const JobTraits* special) {
    return special == nullptr ? kMarks : kDisturbed;
}

// The deque is full, has to go round, or a thief waits; the counter's batch is used up; or this is
// no worker. A full deque is made room in by running the newest of this counter's jobs: one by one
// would cost each later spawn this way round.
template <class Function>
__attribute__((noinline)) void push_job_slowly(Lane& lane, Counter* counter,
                                               const JobTraits* special, Function&& function) {
    WEFT_REQUIRE(lane.worker != nullptr);  // not in a job
    lane.worker->charge(counter);
    Lane* to = &lane;
    Slot* slot = lane.make_room();
    if (slot == nullptr && Worker::made_way(lane, counter)) {
        to = Lane::current();  // perhaps another worker's: one of them went to sleep
        slot = to->make_room();
    }
    if (slot == nullptr ||
        !put_closure(*slot, *to->worker, forward<Function>(function), marks_of(special)))
        return run_in_place(*to->worker, counter, forward<Function>(function));
    slot->counter = counter;
    if (special != nullptr) slot->traits = *special;
    to->push_marked(slot);
    to->worker->count_push(counter);
    to->worker->pushed_slowly(*to);
}

// A thread that is no worker has a lane without room.
template <class Function>
WEFT_ALWAYS_INLINE void push_job(Lane& lane, Counter* counter, const JobTraits* special,
                                 Function&& function) {
    Slot* const slot = lane.next();
    if (__builtin_expect(!lane.has_room(slot), 0) || !lane.worker->charge_quickly(counter))
        return push_job_slowly(lane, counter, special, forward<Function>(function));
    if (__builtin_expect(
            !put_closure(*slot, *lane.worker, forward<Function>(function), marks_of(special)), 0))
        return run_in_place(*lane.worker, counter, forward<Function>(function));
    slot->counter = counter;
    if (special != nullptr) slot->traits = *special;
    lane.push_marked(slot);
    lane.worker->count_push(counter);
}

WEFT_ALWAYS_INLINE Lane& lane_here() {
    Lane* const lane = Lane::current();
    WEFT_REQUIRE(lane->worker != nullptr);  // not in a job
    return *lane;
}

// Runs function() some time, on some worker, with its parent's priority. The counter is one more
// until it is over; it must live until then.
template <class Function>
WEFT_ALWAYS_INLINE void run(Counter& counter, Function&& function) {
    Lane& lane = *Lane::current();
    push_job(lane, &counter, nullptr, forward<Function>(function));
}

// With a priority of its own, or on a large stack.
template <class Function>
void run(Counter& counter, Priority priority, Function&& function) {
    Worker& worker = *lane_here().worker;
    push_job(worker.use_lane(priority), &counter, nullptr, forward<Function>(function));
}
template <class Function>
struct OnLargeStack {
    Function function;
    auto operator()() { return function(); }
};
template <class Function>
constexpr const LargeStacks* kLargeStacksOf<OnLargeStack<Function>> = &Worker::kLargeStacks;

template <class Function>
void run_on_large_stack(Counter& counter, Function&& function) {
    Lane& lane = lane_here();
    JobTraits traits = lane.traits;
    traits.large = true;
    push_job(lane, &counter, &traits,
             OnLargeStack<ValueType<Function>>{forward<Function>(function)});
}

// For who never asks whether it is over.
template <class Function>
void run_detached(Function&& function) {
    Lane& lane = *Lane::current();
    push_job(lane, nullptr, nullptr, forward<Function>(function));
}

// On one worker and no other, also after its waits. exhausted: that worker's inbox, or the memory
// for closures, is full, and nothing has happened.
template <class Function>
Status run_on(uint32_t worker, Counter& counter, Function&& function) {
    Worker& here = *lane_here().worker;
    WEFT_REQUIRE(worker < here.worker_count());
    Job job;
    job.counter = &counter;
    job.traits = lane_here().traits;
    job.traits.worker = uint16_t(worker);
    if (!put_closure(job, here, forward<Function>(function))) return Status::exhausted;
    return here.send(worker, job);
}

// Once `first` is complete; no fiber waits for it meanwhile. exhausted: no memory for it, and
// nothing has happened.
template <class Function>
Status run_after(Counter& first, Counter& counter, Function&& function) {
    Worker& here = *lane_here().worker;
    Job job;
    job.counter = &counter;
    job.traits = lane_here().traits;
    if (!put_closure(job, here, forward<Function>(function))) return Status::exhausted;
    return here.send_after(first, job);
}

// By a thread that is no worker: blocks it.
Status wait_on_thread(Counter& counter, uint64_t deadline_ns = port::kNoDeadline);

// Returns once the counter is complete: how its jobs fared. First runs those that this worker has
// not shared; then sleeps, and may go on on another worker. Elsewhere than in a job it blocks the
// thread.
WEFT_ALWAYS_INLINE Status wait(Counter& counter) {
    if (counter.complete()) return counter.status();
    if (Worker::current() == nullptr) {
        WEFT_REQUIRE(!kOneCore);  // nobody else is there to complete it
        return wait_on_thread(counter);
    }
    if (Worker::may_have_children(counter)) {
        Worker::run_children(counter);
        if (counter.complete()) return counter.status();
    }
    return Worker::block(counter);
}
// timed_out: the deadline, by port::now_ns(), came first. The counter must live until this returns.
Status wait_until(Counter& counter, uint64_t deadline_ns);

// In a job: cancelled: the stop came first; timed_out as above. Counter and stop must live until
// this returns.
Status wait(Counter& counter, Stop& stop, uint64_t deadline_ns = port::kNoDeadline);

// One less or more, from any core; the one that makes zero wakes the waiters.
void increment(Counter& counter, uint32_t count = 1);
void decrement(Counter& counter, uint32_t count = 1);
// Makes ready whom a counter returned: on this worker, or from a thread that is none.
void wake_anywhere(const Woken& all);

// In a job: lets older work run first.
WEFT_ALWAYS_INLINE void yield() {
    WEFT_REQUIRE(Worker::current() != nullptr);  // not in a job
    Worker::yield();
}

}  // namespace weft
