// scheduler.cpp - wakes workers; takes work from outside
// SPDX-License-Identifier: MIT
#include <weft/sched/scheduler.hpp>
#include <weft/sched/waiters.hpp>

namespace weft {
namespace {

// Bits [begin, end) of the word that holds workers from `base` on.
uint32_t bits_among(uint32_t base, uint32_t begin, uint32_t end) {
    const uint32_t below = begin <= base ? 0 : (1u << (begin - base)) - 1;
    const uint32_t up_to = end - base >= 32 ? ~0u : (1u << (end - base)) - 1;
    return up_to & ~below;
}

}  // namespace

void Scheduler::set_steal_order(uint32_t index, const StealOrder& order) {
    WEFT_REQUIRE(index < workers_ && order.victims.size() < workers_);
    uint32_t from = 0;
    for (const uint16_t to : order.ends) {
        WEFT_REQUIRE(to >= from && to <= order.victims.size());
        from = to;
    }
    WEFT_REQUIRE(from == order.victims.size());  // the last group ends where the table does
    for (const uint16_t victim : order.victims)
        WEFT_REQUIRE(victim < workers_ && victim != index);
    // Release: publishes the tables. Pairs with the acquire in Worker::steal().
    worker(index).others_.order.store_release(&order);
}

// Of this machine's nodes; a thread knows nothing of described ones.
uint32_t Scheduler::node_here() const {
    if (node_count_ == 1) return 0;
    if (const Worker* worker = Worker::current()) return worker->node();
    const uint16_t number = port::current_node();
    for (uint32_t i = 0; !kOneCore && i < seating_.numbers.size(); i++)
        if (seating_.numbers[i].number == number) return share_of(i);
    return 0;
}

bool Scheduler::submit_near(uint32_t node, const Job& job) {
    WEFT_REQUIRE(node < node_count_);
    // Relaxed: a count, made first: a job must not be over before it has begun.
    submitted_.fetch_add_relaxed(1);
    if (offer(node, job)) return true;
    // Relaxed: as above.
    submitted_.fetch_sub_relaxed(1);
    // Relaxed: a count.
    refused_.fetch_add_relaxed(1);
    return false;
}

bool Scheduler::offer(uint32_t node, const Job& job) {
    use_outside();
    for (uint32_t tries = node_count_; tries != 0; tries--) {
        if (queues(node).injectors[unsigned(job.traits.priority)].push(job)) {
            wake_one_of(node);
            return true;
        }
        node = node_after(node);
    }
    return false;
}

bool Scheduler::take_job(uint32_t node, Priority priority, Job* job) {
    for (uint32_t tries = node_count_; tries != 0; tries--) {
        if (queues(node).injectors[unsigned(priority)].pop(job)) return true;
        node = node_after(node);
    }
    return false;
}

void Scheduler::post(Counter& counter, uint32_t count) {
    if (count == 0 || !counter.post(count)) return;
    // Relaxed: the swap decides.
    Counter* seen = posted_.load_relaxed();
    do {
        counter.posted = seen;
        // Release: publishes the link. Pairs with the acquire in complete_posted().
    } while (!posted_.cas_weak_release(seen, &counter));
    wake_one(0);
}

// The link is read before the posts are taken: from then on the counter may be handed over anew.
void Scheduler::complete_posted(Worker& worker) {
    // Acquire: pairs with the release in post().
    Counter* at = posted_.exchange_acquire(nullptr);
    while (at != nullptr) {
        Counter* const next = at->posted;
        worker.tracer_.event(TraceKind::interrupt, worker.running_,
                             trace_low(reinterpret_cast<uintptr_t>(at)));
        worker.wake(at->take_posts());
        at = next;
    }
}

void Scheduler::wake_one(uint32_t near) {
    if constexpr (kOneCore) return port::unpark(worker(0).parker);
    if (!anyone_sleeps()) return;
    uint32_t end = on_duty();
    if (end != workers_ && crowded(end)) end = raise_duty(end);
    while (!wake_near(near, end) && end != workers_)
        end = raise_duty(end);
}

// Neighbours in number are neighbours in place, mostly. Wakers that all began at the first sleeper
// would all want the same line, and one of them have it.
bool Scheduler::wake_near(uint32_t near, uint32_t end) {
    if (near >= end) return wake_among(0, end);
    const uint32_t begin = near & ~31u;
    const uint32_t next = end - begin > 32 ? begin + 32 : end;
    return wake_among(near, next) || wake_among(begin, near) || wake_among(next, end) ||
           wake_among(0, begin);
}

bool Scheduler::wake_among(uint32_t begin, uint32_t end) {
    for (uint32_t base = begin & ~31u; base < end; base += 32) {
        const uint32_t asked = bits_among(base, begin, end);
        for (;;) {
            // Relaxed: the exchange decides; after one that another was faster with, anew.
            const uint32_t sleepers = roster.asleep(base / 32).load_relaxed() & asked;
            if (sleepers == 0) break;
            if (wake_chosen(base + highest_bit(sleepers & (0 - sleepers)))) return true;
        }
    }
    return false;
}

uint32_t Scheduler::asleep_among(uint32_t begin, uint32_t end) const {
    uint32_t count = 0;
    for (uint32_t base = begin & ~31u; base < end; base += 32) {
        // Relaxed: a look.
        uint32_t sleepers = roster.asleep(base / 32).load_relaxed() & bits_among(base, begin, end);
        for (; sleepers != 0; sleepers &= sleepers - 1)
            count++;
    }
    return count;
}

void Scheduler::wake_worker(uint32_t index) {
    if constexpr (kOneCore) return port::unpark(worker(0).parker);
    // Sequentially consistent: as in wake_one(). Pairs with the fence in announce_sleep().
    fence_seq_cst();
    if (sleeps(index)) (void)wake_chosen(index);
}

// One waker for each sleeper: two tokens would be one, and the second waker's work nobody's.
bool Scheduler::wake_chosen(uint32_t index) {
    const uint32_t bit = 1u << (index % 32);
    // Release: what this waker counts on the sleeper for. Pairs with withdraw_sleep().
    if ((roster.asleep(index / 32).fetch_and_release(~bit) & bit) == 0) return false;
    port::unpark(worker(index).parker);
    // Relaxed: a count.
    wakes_.fetch_add_relaxed(1);
    return true;
}

void Scheduler::wake_all() {
    for (uint32_t i = 0; i < workers_; i++)
        port::unpark(worker(i).parker);
}

void Scheduler::announce_sleep(uint32_t index) {
    // Release: what this worker did. Pairs with others_sleep(). The fence below orders the rest.
    roster.asleep(index / 32).fetch_or_release(1u << (index % 32));
    // Sequentially consistent: the announcement must be visible before the last look. Pairs with
    // the fence in wake_one().
    fence_seq_cst();
    if (seating_.tiers.ends[0] < workers_) lower_duty();
}

bool Scheduler::withdraw_sleep(uint32_t index) {
    const uint32_t bit = 1u << (index % 32);
    // Acquire: what was counted on is seen from here on. Pairs with wake_chosen().
    return (roster.asleep(index / 32).fetch_and_acquire(~bit) & bit) == 0;
}

bool Scheduler::outside_empty() const {
    for (uint32_t node = 0; node < node_count_; node++)
        for (unsigned p = 0; p < kPriorities; p++)
            if (!queues(node).injectors[p].empty() || !queues(node).ready[p].empty()) return false;
    // Relaxed: a look.
    return posted_.load_relaxed() == nullptr;
}

bool Scheduler::anything_visible() const {
    if (!outside_empty()) return true;
    return roster.any_of([this](uint32_t index, unsigned priority) {
        const Lane& lane = worker(index).lanes()[priority];
        return lane.shared_count() != 0 || !lane.ready.empty();
    });
}

void Scheduler::ready_outside(Fiber* fiber) {
    if (!kOneCore && fiber->worker != kNoWorker) return worker(fiber->worker).push_pinned(fiber);
    const uint32_t node = static_cast<Worker*>(fiber->info->owner)->node();
    use_outside();
    queues(node).ready[fiber->priority].push(fiber);
    wake_one_of(node);
}

// With one core this thread is the worker's, and its queues are not in use meanwhile.
void wake_from_outside(const Woken& all) {
    for (Fiber *at = all.each, *next; at != nullptr; at = next) {
        next = at->next;
        if (at->kind == WaiterKind::thread)
            WaitingThread::release(at);
        else if constexpr (kOneCore)
            static_cast<Worker*>(at->info->owner)->make_ready(at);
        else
            static_cast<Worker*>(at->info->owner)->scheduler().ready_outside(at);
    }
    for (Fiber *at = kOneCore ? nullptr : all.crowd.newest, *next; at != nullptr; at = next) {
        next = at->next;
        static_cast<Worker*>(at->info->owner)->scheduler().ready_outside(at);
    }
}

Fiber* Scheduler::take_ready_outside(uint32_t node, Priority priority) {
    for (uint32_t tries = node_count_; tries != 0; tries--) {
        if (Fiber* fiber = queues(node).ready[unsigned(priority)].pop()) return fiber;
        node = node_after(node);
    }
    return nullptr;
}

// Worker 0 is the caller's. By a write that changes nothing: it comes either after a sleeper's
// announcement, and then all that this sleeper did before is visible, or before it awakes, and then
// nothing that it does afterwards was visible to the caller before.
bool Scheduler::others_sleep() {
    if constexpr (kOneCore) return true;
    for (uint32_t word = 0; word * 32 < workers_; word++) {
        const uint32_t left = workers_ - word * 32;
        const uint32_t all = left >= 32 ? ~0u : (1u << left) - 1;
        const uint32_t wanted = word == 0 ? all & ~1u : all;
        // Acquire and release: as said above. Pairs with announce_sleep() and withdraw_sleep().
        if ((roster.asleep(word).fetch_or_acq_rel(0) & wanted) != wanted) return false;
    }
    return true;
}

// What is over is added up before what was begun: a job in between is seen as begun only. The
// sleepers in between keep the sums apart, whatever order others' plain counts become visible in.
bool Scheduler::drained() {
    uintptr_t over = 0;
    uintptr_t begun = 0;
    for (uint32_t i = 0; i < workers_; i++)
        over += worker(i).figures_.jobs_completed.value();
    if (!others_sleep()) return false;
    for (uint32_t i = 0; i < workers_; i++)
        begun += worker(i).jobs_begun();
    // Relaxed: figures.
    return over == begun + submitted_.load_relaxed() + sent_.load_relaxed();
}

bool Scheduler::submit_to(uint32_t index, const Job& job) {
    WEFT_REQUIRE(index < workers_);
    // Relaxed: a count, made first: a job must not be over before it has begun.
    sent_.fetch_add_relaxed(1);
    if (worker(index).post_to_inbox(job)) return true;
    // Relaxed: as above.
    sent_.fetch_sub_relaxed(1);
    // Relaxed: a count.
    refused_.fetch_add_relaxed(1);
    return false;
}

Scheduler::Left Scheduler::abandon() {
    Left left = {};
    for (uint32_t i = 0; i < workers_; i++) {
        left.jobs += worker(i).drop_queued();
        worker(i).collect_returned();
        left.fibers += worker(i).pool_.in_use();
    }
    port::set_current_worker(&worker(0).lane(Priority::normal));
    Job job;
    for (unsigned p = 0; p < kPriorities && outside() != nullptr; p++)
        for (; take_job(0, Priority(p), &job); left.jobs++)
            (void)Worker::drop(job);
    port::set_current_worker(nullptr);
    return left;
}

SchedulerFigures Scheduler::figures() const {
    SchedulerFigures sum = {};
    sum.workers = workers_;
    for (uint32_t i = 0; i < workers_; i++) {
        const WorkerFigures one = worker(i).figures();
#define WEFT_FIGURE(name, text) sum.all.name += one.name;
        WEFT_WORKER_FIGURES(WEFT_FIGURE)
#undef WEFT_FIGURE
    }
    // Relaxed: figures.
    sum.injector_pushes = submitted_.load_relaxed();
    // Relaxed: figures.
    sum.injector_full = refused_.load_relaxed();
    // Relaxed: figures.
    sum.wakes_sent = wakes_.load_relaxed();
    return sum;
}

}  // namespace weft
