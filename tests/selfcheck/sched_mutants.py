# sched_mutants.py - what mutants.py breaks in jobs and the scheduler
# SPDX-License-Identifier: MIT
COUNTER = "core/weft/job/counter.cpp"
DEQUE = "core/weft/job/split_deque.cpp"
SCHEDULER = "core/weft/sched/scheduler.cpp"
WORKER = "core/weft/sched/worker.cpp"
SEARCH = "core/weft/sched/worker_search.cpp"
SWITCH = "core/weft/sched/worker_switch.cpp"

# As in mutants.py.
MUTANTS = [
    ("a sleeper does not look again", "native", SEARCH,
     "if (attention_.load_relaxed() == 0 && !stopping_ && !scheduler_->anything_visible()) {",
     "if (attention_.load_relaxed() == 0 && !stopping_) {", "wake_up_is_lost|died"),
    ("a submission wakes nobody", "native", SCHEDULER,
     "submitted_.fetch_add_relaxed(1);\n    wake_one();", "submitted_.fetch_add_relaxed(1);",
     "wake_up_is_lost|died"),
    ("a post wakes nobody", "native", SCHEDULER,
     "} while (!posted_.cas_weak_release(seen, &counter));\n    wake_one();",
     "} while (!posted_.cas_weak_release(seen, &counter));", "posts|died"),
    ("a counter forgets its waiters", "native", COUNTER,
     "if (next == kWaiters) next = kLocked;", "if (next == kWaiters) next = 0;", "oracle|died"),
    ("a counter goes below zero", "native", COUNTER,
     "WEFT_REQUIRE(count_of(seen) >= count);", "", "below_zero|died"),
    ("a counter is reset while it counts", "native", COUNTER,
     "WEFT_REQUIRE(complete());", "", "neither_reset"),
    ("a waiter is not taken out of the list", "native", COUNTER,
     "(waiter->next == nullptr ? last_ : waiter->next->previous) = waiter->previous;", "",
     "oracle|died"),
    ("a waiter unlocks before it has left its stack", "native", "core/weft/sched/worker_inline.hpp",
     "w->figures_.suspensions.add(1);\n    w->switch_to(w->next_fiber(), "
     "leave_behind(&counter, Leftover::counter));",
     "w->figures_.suspensions.add(1);\n    Fiber* const next = w->next_fiber();\n"
     "    counter.unlock();\n    for (int i = 0; i < 20000; i++)\n        port::cpu_relax();\n"
     "    w->switch_to(next, nullptr);", "died"),
    ("deadlines are in no order", "native", "core/weft/sched/timers.cpp",
     "heap_[(place - 1) / 2]->at_ns > rising->at_ns", "heap_[(place - 1) / 2]->at_ns < rising->at_ns",
     "timers_agree|died"),
    ("a job's counter is not released", "native", "core/weft/sched/worker_inline.hpp",
     "        finish_elsewhere(counter);", "        (void)counter;", "died"),
    ("a cancelled job runs", "native", "core/weft/sched/worker_inline.hpp",
     "fate = Fate::drop;", "", "cancelled_counter"),
    ("a job takes its parent's priority only", "native", "core/weft/sched/spawn.hpp",
     "push_job(worker.lane(priority), &counter, plain_traits(priority), function);",
     "push_job(lane_here(), &counter, plain_traits(priority), function);", "by_priority"),
    ("a fiber loses its priority", "native", SWITCH,
     "running_->priority = uint8_t(lane.priority()) & 3;", "", "priority"),
    ("no pick is a fair one", "native", SEARCH,
     "if (__builtin_expect((pick & (kOutsidePicks - 1)) == 0, 0)) {", "if (false) {",
     "passed_over|leave_room|died"),
    ("only low priority has a fair turn", "native", SEARCH,
     "fair_priority_ = fair_priority_ == 0 ? kPriorities - 1 : fair_priority_ - 1;",
     "fair_priority_ = kPriorities - 1;", "normal_priority_are_not"),
    ("fibers pass the core on for ever", "native", SWITCH,
     "if ((++picks_ & (kFairPicks - 1)) != 0 && !spent())", "if (!spent())", "leave_room|died"),
    ("an owner forgets a thief's request", "native", DEQUE,
     "if (seen != nullptr) (void)limit_.cas_strong_relaxed(seen, to);",
     "(void)limit_.cas_strong_relaxed(seen, to);", "oracle|wakes_a_worker|died"),
    ("a hole is reused before its thief has looked", "native", DEQUE,
     "first_[base_].state.load_acquire() == SlotState::left)",
     "first_[base_].state.load_acquire() != SlotState::queued)", "oracle|died"),
    ("without a fiber, what comes from outside waits", "native", SWITCH,
     "return next == &thread_ && !spent() ? ready_anywhere() : next;", "return next;",
     "free_fiber|died"),
    ("without a fiber, jobs are kept from others", "native", SWITCH,
     "Fiber* Worker::ready_anywhere() {\n    hand_over();", "Fiber* Worker::ready_anywhere() {",
     "free_fiber|died"),
    ("a worker that stops keeps its jobs", "native", WORKER,
     "    hand_over();\n    port::set_current_worker(nullptr);\n}\n\nuint32_t",
     "    port::set_current_worker(nullptr);\n}\n\nuint32_t", "before_a_stop|died"),
    ("what was sent is forgotten", "native", SEARCH,
     "if (kept != 0) attend_to(kept);", "(void)kept;", "died"),
    ("fibers tied to a worker come first for ever", "native", SEARCH,
     "if (stopping_ || !sent_turn_) return {};", "if (stopping_) return {};", "is_tied|died"),
    ("an injector keeps its old positions", "native", "core/weft/sched/injector.cpp",
     "claimed_.store_relaxed(0);", "", "laid_out_again|starts_and_stops|died"),
    ("refused submissions are not counted", "native", SCHEDULER,
     "refused_.fetch_add_relaxed(1);", "", "refused_submissions"),
]
