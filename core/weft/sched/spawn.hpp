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
#include <weft/sched/worker.hpp>

namespace weft {

// Fills in everything but the state.
template <class Function>
WEFT_ALWAYS_INLINE void fill_job(Job& job, Counter* counter, JobTraits traits,
                                 const Function& function) {
    static_assert(kFitsJob<Function>,
                  "closure: plain bytes of at most kJobClosureBytes; capture a "
                  "pointer to more");
    job.type = &kJobType<Function>;
    job.counter = counter;
    job.traits = traits;
    construct_at<Function>(job.closure, function);
}

template <class Function>
__attribute__((noinline)) void push_job_slowly(Lane& lane, Counter* counter, JobTraits traits,
                                               const Function& function) {
    Slot* const slot = lane.make_room();
    if (slot == nullptr) {
        Job job;
        fill_job(job, counter, traits, function);
        return lane.worker->run_in_place(job);
    }
    fill_job(*slot, counter, traits, function);
    lane.push_job(slot);
    lane.worker->pushed(lane);
    lane.worker->pushed_slowly(lane);
}

template <class Function>
WEFT_ALWAYS_INLINE void push_job(Lane& lane, Counter* counter, JobTraits traits,
                                 const Function& function) {
    Slot* const slot = lane.next();
    if (__builtin_expect(!lane.has_room(slot), 0))
        return push_job_slowly(lane, counter, traits, function);
    fill_job(*slot, counter, traits, function);
    lane.push_job(slot);
    lane.worker->pushed(lane);
}

WEFT_ALWAYS_INLINE Lane& lane_here() {
    Lane* const lane = Lane::current();
    WEFT_REQUIRE(lane->worker != nullptr);  // not in a job
    return *lane;
}

// Runs function() some time, on some worker, with its parent's priority. The counter is one more
// until it is over; it must live until then.
template <class Function>
WEFT_ALWAYS_INLINE void run(Counter& counter, const Function& function) {
    Lane& lane = lane_here();
    lane.worker->charge(counter);
    push_job(lane, &counter, lane.traits, function);
}

template <class Function>
void run(Counter& counter, Priority priority, const Function& function) {
    Worker& worker = *lane_here().worker;
    worker.charge(counter);
    push_job(worker.lane(priority), &counter, plain_traits(priority), function);
}

// The same, for who never asks whether it is over.
template <class Function>
void run_detached(const Function& function) {
    Lane& lane = lane_here();
    push_job(lane, nullptr, lane.traits, function);
}

// By a thread that is no worker: blocks it.
Status wait_on_thread(Counter& counter, uint64_t deadline_ns);

// Returns once the counter is complete: how its jobs fared. First runs those that this worker has
// not shared; then sleeps, and may go on on another worker. Elsewhere than in a job it blocks the
// thread.
WEFT_ALWAYS_INLINE Status wait(Counter& counter) {
    if (counter.complete()) return counter.status();
    if (Worker::current() == nullptr) return wait_on_thread(counter, port::kNoDeadline);
    Worker::run_children(counter);
    return counter.complete() ? counter.status() : Worker::block(counter);
}
// timed_out: the deadline, by port::now_ns(), came first. The counter must live until this returns.
Status wait_until(Counter& counter, uint64_t deadline_ns);

// One less or more, from any core; the one that makes zero wakes the waiters.
void increment(Counter& counter, uint32_t count = 1);
void decrement(Counter& counter, uint32_t count = 1);

// In a job: lets older work run first.
WEFT_ALWAYS_INLINE void yield() {
    WEFT_REQUIRE(Worker::current() != nullptr);  // not in a job
    Worker::yield();
}

}  // namespace weft
