// spawn.cpp - waiting and counting, by jobs and by other threads
// SPDX-License-Identifier: MIT
#include <weft/sched/scheduler.hpp>
#include <weft/sched/spawn.hpp>
#include <weft/sched/waiters.hpp>

namespace weft {

Status wait_on_thread(Counter& counter, uint64_t deadline_ns) {
    WaitingThread me;
    if (!counter.lock_to_wait()) return counter.status();
    counter.enter(&me.entry);
    counter.unlock();
    if (port::park(me.parker, deadline_ns)) return me.entry.outcome;
    if (counter.leave(&me.entry)) return Status::timed_out;
    // Zero came first, and the token is on its way.
    (void)port::park(me.parker, port::kNoDeadline);
    return me.entry.outcome;
}

Status wait_until(Counter& counter, uint64_t deadline_ns) {
    if (counter.complete()) return counter.status();
    if (Worker::current() == nullptr) return wait_on_thread(counter, deadline_ns);
    Worker::run_children(counter);
    if (counter.complete()) return counter.status();
    return Worker::block_until(counter, deadline_ns, nullptr);
}

Status wait(Counter& counter, Stop& stop, uint64_t deadline_ns) {
    if (counter.complete()) return counter.status();
    WEFT_REQUIRE(Worker::current() != nullptr);  // not in a job
    Worker::run_children(counter);
    if (counter.complete()) return counter.status();
    return Worker::block_until(counter, deadline_ns, &stop);
}

void increment(Counter& counter, uint32_t count) {
    counter.add(count);
}

void wake_anywhere(const Woken& all) {
    if (Worker* worker = Worker::current()) return worker->wake(all);
    wake_from_outside(all);
}

void decrement(Counter& counter, uint32_t count) {
    wake_anywhere(counter.subtract(count));
}

}  // namespace weft
