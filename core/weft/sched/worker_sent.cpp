// worker_sent.cpp - what is sent to one worker: its first job, its inbox, fibers that come home
// SPDX-License-Identifier: MIT
#include <weft/sched/scheduler.hpp>

namespace weft {
namespace {

constexpr uint32_t kBringHome = 8;  // fibers at a time

}  // namespace

// Every other time: a fiber that yields here, or a job that waits for a large stack, comes back at
// once, and must not keep the worker from what it waits for.
Worker::Found Worker::find_sent() {
    if constexpr (!kOneCore) attend();
    if (Job* const first = first_) {
        first_ = nullptr;
        figures_.inbox_pops.add(1);
        return found_job(lane(first->traits.priority), first);
    }
    if constexpr (kOneCore) return {};
    sent_turn_ = !sent_turn_;
    if (stopping_ || !sent_turn_) return {};
    if (Fiber* fiber = others_.pinned.pop())
        return found_fiber(lane(Priority(fiber->priority)), fiber);
    if (!others_.inbox.pop(&room())) return {};
    figures_.inbox_pops.add(1);
    return found_job(lane(room().traits.priority), &room());
}

void Worker::attend() {
    // Relaxed: a look.
    if (others_.attention.load_relaxed() == 0) return;
    // Acquire: what was sent is there. Pairs with the release in attend_to().
    const uint32_t what = others_.attention.exchange_acquire(0);
    if ((what & kStop) != 0) {
        stopping_ = true;
        spend_all();
    }
    if ((what & kReturned) != 0) collect_returned();
    // Whoever looks may take one, or none, or stop: what holds something keeps its bit.
    const uint32_t kept = (first_ == nullptr ? 0 : kFirst) | (others_.inbox.empty() ? 0 : kInbox) |
                          (others_.pinned.empty() ? 0 : kPinned);
    if (kept != 0) attend_to(kept);
}

void Worker::attend_to(uint32_t what) {
    // Release: publishes what was sent. Pairs with the acquire in attend().
    others_.attention.fetch_or_release(what);
}

void Worker::stop() {
    if constexpr (kOneCore) {
        stopping_ = true;
        return spend_all();
    }
    attend_to(kStop);
    scheduler_->wake_worker(index_);
}

// With one core an injector is everybody's inbox.
bool Worker::put_into_inbox(const Job& job) {
    return kOneCore ? scheduler_->offer(node_, job) : others_.inbox.push(job);
}

bool Worker::post_to_inbox(const Job& job) {
    if (!put_into_inbox(job)) return false;
    if constexpr (kOneCore) return true;
    attend_to(kInbox);
    scheduler_->wake_worker(index_);
    return true;
}

void Worker::push_pinned(Fiber* fiber) {
    others_.pinned.push(fiber);
    attend_to(kPinned);
    scheduler_->wake_worker(index_);
}

// A fiber of another worker's pool came to its end here. They go home some at a time, or before
// this worker looks for work elsewhere. Large ones are few, and waited for.
void Worker::bring_home(Fiber* fiber) {
    if (homebound_ != nullptr && homebound_->home != fiber->home) send_home();
    fiber->next = homebound_;
    homebound_ = fiber;
    homebound_count_++;
    if (homebound_count_ == kBringHome || fiber->stack_class == StackClass::large) send_home();
}

void Worker::send_home() {
    if constexpr (kOneCore) return;
    Fiber* const first = homebound_;
    if (first == nullptr) return;
    homebound_ = nullptr;
    homebound_count_ = 0;
    static_cast<Worker*>(first->info->owner)->return_home(first, last_of(first));
}

// Fibers of this worker's pool came to their end elsewhere. Lock-free; taken whole.
void Worker::return_home(Fiber* first, Fiber* last) {
    // Relaxed: the swap decides.
    Fiber* seen = others_.returned.load_relaxed();
    do {
        last->next = seen;
        // Release: the fibers' registers are saved. Pairs with the acquire in collect_returned().
    } while (!others_.returned.cas_weak_release(seen, first));
    attend_to(kReturned);
    scheduler_->wake_worker(index_);  // it may sleep for want of a fiber
}

void Worker::collect_returned() {
    if constexpr (kOneCore) return;
    // Relaxed: a look.
    if (others_.returned.load_relaxed() == nullptr) return;
    // Acquire: pairs with the release in return_home().
    Fiber* at = others_.returned.exchange_acquire(nullptr);
    while (at != nullptr) {
        Fiber* const next = at->next;
        if (at->stack_class == StackClass::large && !others_.inbox.empty()) attend_to(kInbox);
        pool_.release(at);
        at = next;
    }
}

}  // namespace weft
