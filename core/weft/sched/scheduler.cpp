// scheduler.cpp - lays the workers out; wakes them; takes work from outside
// SPDX-License-Identifier: MIT
#include <weft/memory/region.hpp>
#include <weft/sched/known.hpp>
#include <weft/sched/scheduler.hpp>
#include <weft/sched/waiters.hpp>

namespace weft {

Status Scheduler::init(const Config& config, Bytes storage) {
    WEFT_REQUIRE(workers_ == 0);  // shutdown() first
    const Status status = check_storage(config, storage);
    if (status != Status::ok) return status;
    if (config.job_slots() == 0) return Status::bad_config;
    const Footprint place = footprint(config);
    const Status laid = lay_out(config, storage.part(place.shared_offset, place.shared_bytes));
    if (laid != Status::ok) return laid;

    first_worker_ = storage.data + place.worker_offset;
    stride_ = place.bytes;
    workers_ = config.workers();
    make_known(this);
    for (made_ = 0; made_ < workers_; made_++) {
        const Bytes part = storage.part(place.bytes * made_, place.bytes);
        Worker* worker = construct_at<Worker>(&this->worker(made_));
        const Status made = worker->init(*this, made_, config, part);
        if (made != Status::ok) {
            shutdown();
            return made;
        }
    }
    return Status::ok;
}

Status Scheduler::lay_out(const Config& config, Bytes shared) {
    Region region(shared);
    for (Injector& injector : injectors_) {
        const size_t bytes = config.injector_slots() * sizeof(Injector::Cell);
        void* cells = region.allocate(bytes, port::kCacheLine);
        if (cells == nullptr) return Status::storage_too_small;
        injector.init({static_cast<Injector::Cell*>(cells), config.injector_slots()});
    }
    const size_t fibers = size_t(config.workers()) * (config.small_limit() + config.large_limit());
    void* heap = region.allocate(fibers * sizeof(Deadline*), alignof(Deadline*));
    if (heap == nullptr) return Status::storage_too_small;
    timers.init({static_cast<Deadline**>(heap), fibers});
    if (!trace.lay_out(config, region)) return Status::storage_too_small;
    const size_t closures = config.job_memory_bytes() * config.workers();
    if (region.remaining() < closures) return Status::storage_too_small;
    return memory.init(shared.part(shared.size - closures, closures), config.workers());
}

void Scheduler::shutdown() {
    for (uint32_t i = 0; i < made_; i++)
        worker(i).shutdown();
    (void)memory.shutdown();
    trace.forget();
    forget_known(this);
    made_ = 0;
    workers_ = 0;
    Atomic<uintptr_t>* const figures[] = {&sent_, &submitted_, &refused_, &wakes_};
    for (Atomic<uintptr_t>* figure : figures)
        // Relaxed: nobody runs.
        figure->store_relaxed(0);
}

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
    worker(index).order_.store_release(&order);
}

bool Scheduler::submit(const Job& job) {
    if (!injectors_[unsigned(job.traits.priority)].push(job)) {
        // Relaxed: a count.
        refused_.fetch_add_relaxed(1);
        return false;
    }
    // Relaxed: a count.
    submitted_.fetch_add_relaxed(1);
    wake_one();
    return true;
}

void Scheduler::post(Counter& counter, uint32_t count) {
    if (count == 0 || !counter.post(count)) return;
    // Relaxed: the swap decides.
    Counter* seen = posted_.load_relaxed();
    do {
        counter.posted = seen;
        // Release: publishes the link. Pairs with the acquire in complete_posted().
    } while (!posted_.cas_weak_release(seen, &counter));
    wake_one();
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

void Scheduler::wake_one() {
    // Sequentially consistent: the caller's work must be visible before it is decided that nobody
    // sleeps. Pairs with the fence in announce_sleep().
    fence_seq_cst();
    // Relaxed: the fence orders.
    if (sleeping_.load_relaxed() == 0) return;
    for (uint32_t word = 0; word * 32 < workers_; word++) {
        // Relaxed: the exchange decides.
        uint32_t sleepers = sleepers_[word].load_relaxed();
        while (sleepers != 0) {
            const uint32_t bit = sleepers & (0 - sleepers);
            if (wake_chosen(word * 32 + highest_bit(bit))) return;
            sleepers &= ~bit;
        }
    }
}

void Scheduler::wake_worker(uint32_t index) {
    // Sequentially consistent: as in wake_one(). Pairs with the fence in announce_sleep().
    fence_seq_cst();
    // Relaxed: the fence orders.
    if ((sleepers_[index / 32].load_relaxed() >> (index % 32) & 1) != 0) (void)wake_chosen(index);
}

// One waker for each sleeper: two tokens would be one, and the second waker's work nobody's.
bool Scheduler::wake_chosen(uint32_t index) {
    const uint32_t bit = 1u << (index % 32);
    // Release: what this waker counts on the sleeper for. Pairs with withdraw_sleep().
    if ((sleepers_[index / 32].fetch_and_release(~bit) & bit) == 0) return false;
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
    sleepers_[index / 32].fetch_or_release(1u << (index % 32));
    // Relaxed: as above.
    sleeping_.fetch_add_relaxed(1);
    // Sequentially consistent: the announcement must be visible before the last look. Pairs with
    // the fence in wake_one().
    fence_seq_cst();
}

bool Scheduler::withdraw_sleep(uint32_t index) {
    const uint32_t bit = 1u << (index % 32);
    // Acquire: what was counted on is seen from here on. Pairs with wake_chosen().
    const bool chosen = (sleepers_[index / 32].fetch_and_acquire(~bit) & bit) == 0;
    // Relaxed: those who still see it look at the bits.
    sleeping_.fetch_sub_relaxed(1);
    return chosen;
}

bool Scheduler::outside_empty() const {
    for (unsigned p = 0; p < kPriorities; p++)
        if (!injectors_[p].empty() || !ready_outside_[p].empty()) return false;
    // Relaxed: a look.
    return posted_.load_relaxed() == nullptr;
}

bool Scheduler::anything_visible() const {
    if (!outside_empty()) return true;
    for (uint32_t i = 0; i < workers_; i++)
        for (const Lane& lane : worker(i).lanes_)
            if (lane.shared_count() != 0 || !lane.ready.empty()) return true;
    return false;
}

void Scheduler::ready_outside(Fiber* fiber) {
    if (fiber->worker != kNoWorker) return worker(fiber->worker).push_pinned(fiber);
    ready_outside_[fiber->priority].push(fiber);
    wake_one();
}

void wake_from_outside(Woken all) {
    while (all != nullptr) {
        Fiber* const next = all->next;
        if (all->kind == WaiterKind::thread)
            WaitingThread::release(all);
        else
            static_cast<Worker*>(all->info->owner)->scheduler().ready_outside(all);
        all = next;
    }
}

Fiber* Scheduler::take_ready_outside(Priority priority) {
    return ready_outside_[unsigned(priority)].pop();
}

// Worker 0 is the caller's. By a write that changes nothing: it comes either after a sleeper's
// announcement, and then all that this sleeper did before is visible, or before it awakes, and then
// nothing that it does afterwards was visible to the caller before.
bool Scheduler::others_sleep() {
    for (uint32_t word = 0; word * 32 < workers_; word++) {
        const uint32_t left = workers_ - word * 32;
        const uint32_t all = left >= 32 ? ~0u : (1u << left) - 1;
        const uint32_t wanted = word == 0 ? all & ~1u : all;
        // Acquire and release: as said above. Pairs with announce_sleep() and withdraw_sleep().
        if ((sleepers_[word].fetch_or_acq_rel(0) & wanted) != wanted) return false;
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
    for (Injector& injector : injectors_)
        for (; injector.pop(&job); left.jobs++)
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
