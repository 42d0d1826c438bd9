// timers.cpp - the heap of deadlines
// SPDX-License-Identifier: MIT
#include <weft/sched/timers.hpp>
#include <weft/sched/worker.hpp>

namespace weft {

void Timers::put(uint32_t place, Deadline* deadline) {
    heap_[place] = deadline;
    deadline->place = place;
}

void Timers::rise(uint32_t place) {
    Deadline* const rising = heap_[place];
    while (place > 0 && heap_[(place - 1) / 2]->at_ns > rising->at_ns) {
        put(place, heap_[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    put(place, rising);
}

void Timers::sink(uint32_t place) {
    Deadline* const sinking = heap_[place];
    const uint32_t count = count_.load_relaxed();  // Relaxed: changed under the lock.
    for (;;) {
        uint32_t child = 2 * place + 1;
        if (child >= count) break;
        if (child + 1 < count && heap_[child + 1]->at_ns < heap_[child]->at_ns) child++;
        if (heap_[child]->at_ns >= sinking->at_ns) break;
        put(place, heap_[child]);
        place = child;
    }
    put(place, sinking);
}

void Timers::take_out(uint32_t place) {
    heap_[place]->place = Deadline::kNowhere;
    const uint32_t last = count_.load_relaxed() - 1;  // Relaxed: changed under the lock.
    // Relaxed: as above.
    count_.store_relaxed(last);
    if (place == last) return;
    put(place, heap_[last]);
    rise(place);
    sink(heap_[place]->place);
}

const Timers::Calls Timers::kCalls = {
    [](Timers& timers, Worker& worker) { worker.wake(timers.expire(port::now_ns())); },
    [](Timers& timers) { return timers.earliest(); },
};

void Timers::add(Deadline& deadline) {
    SpinLock::Section inside(lock_);
    // Release: a table, there from the start. Pairs with the acquire in calls_in_use().
    calls_.store_release(&kCalls);
    const uint32_t count = count_.load_relaxed();  // Relaxed: changed under the lock.
    heap_[count] = &deadline;
    // Relaxed: as above.
    count_.store_relaxed(count + 1);
    rise(count);
}

void Timers::remove(Deadline& deadline) {
    SpinLock::Section inside(lock_);
    if (deadline.place != Deadline::kNowhere) take_out(deadline.place);
}

Woken Timers::expire(uint64_t now_ns) {
    if (empty()) return {};
    SpinLock::Section inside(lock_);
    Woken woken;
    Fiber** last = &woken.each;
    while (!empty() && heap_[0]->at_ns <= now_ns) {
        Deadline* const deadline = heap_[0];
        take_out(0);
        // Relaxed: published by the counter's lock inside leave().
        deadline->passed.store_relaxed(1);
        if (!deadline->counter->leave(deadline->fiber)) continue;
        deadline->fiber->outcome = Status::timed_out;
        deadline->fiber->next = nullptr;
        *last = deadline->fiber;
        last = &deadline->fiber->next;
    }
    return woken;
}

uint64_t Timers::earliest() {
    if (empty()) return port::kNoDeadline;
    SpinLock::Section inside(lock_);
    return empty() ? port::kNoDeadline : heap_[0]->at_ns;
}

}  // namespace weft
