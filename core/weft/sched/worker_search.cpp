// worker_search.cpp - what a worker does next: its own work, others' work, sleep
// SPDX-License-Identifier: MIT
//
// Order: what was sent to this worker alone; own ready fibers before own jobs, high priority before
// low; urgent work from outside; others' work, near before far; the rest from outside. Every
// kFairPicks picks the order is turned round once, so that nothing is passed over for ever.
//
// Nothing is run here: whatever is found goes back to the loop, whose frame is all that lies
// between a fiber's first function and its job.
#include <weft/sched/scheduler.hpp>

namespace weft {
namespace {

constexpr uint32_t kFairPicks = 64;     // a power of two
constexpr uint32_t kOutsidePicks = 16;  // as well
constexpr uint32_t kStealMore = 3;

}  // namespace

// A fiber, or a fork, is anything but the next job of the counter that this worker holds a lease
// on.
Worker::Found Worker::found_fiber(Lane& lane, Fiber* fiber) {
    settle();
    enter_lane(lane);
    figures_.resumptions.add(1);
    return {fiber, Find::fiber};
}

Worker::Found Worker::found_job(Lane& lane, Job* job) {
    enter_lane(lane);
    return {job, Find::job};
}

Worker::Found Worker::find(Job& room) {
    // Relaxed: attend() looks again.
    if (__builtin_expect(attention_.load_relaxed() != 0, 0)) {
        const Found sent = find_sent(room);
        if (sent.any()) return sent;
    }
    const uint32_t pick = ++picks_;
    if (__builtin_expect((pick & (kOutsidePicks - 1)) == 0, 0)) {
        const Found fair = find_fairly(pick, room);
        if (fair.any()) return fair;
    }
    for (Lane& lane : lanes_) {
        const Found own = find_own(lane, room);
        if (own.any()) return own;
    }
    settle();
    return search(room);
}

// Bounded bypass: now and then outside work, and the oldest and least urgent work first.
Worker::Found Worker::find_fairly(uint32_t pick, Job& room) {
    expire_timers();
    scheduler_->complete_posts(*this);
    if ((pick & (kFairPicks - 1)) != 0) return find_outside(Priority::high, room);
    for (unsigned p = kPriorities; p-- > 0;) {
        const Found outside = find_outside(Priority(p), room);
        if (outside.any()) return outside;
        if (Fiber* fiber = lanes_[p].ready.pop()) return found_fiber(lanes_[p], fiber);
        const Found old = oldest(lanes_[p], room);
        if (old.any()) return old;
    }
    return {};
}

Worker::Found Worker::find_own(Lane& lane, Job& room) {
    if (lane.jobs_first == 0) {
        if (Fiber* fiber = lane.ready.pop()) return found_fiber(lane, fiber);
    } else {
        lane.jobs_first--;
    }
    if (Slot* job = lane.pop_job()) {
        if (lane.asked()) share(lane);
        return found_job(lane, job);
    }
    lane.jobs_first = 0;
    const Found old = oldest(lane, room);
    if (old.any()) return old;
    Fiber* const fiber = lane.ready.pop();
    return fiber == nullptr ? Found() : found_fiber(lane, fiber);
}

// What lies under a fork whose parent is suspended, from the other end, as a thief would.
Worker::Found Worker::oldest(Lane& lane, Job& room) {
    while (lane.count() != 0) {
        if (lane.shared_count() == 0) lane.share(0);
        bool raced = false;
        Slot* const slot = lane.claim(&raced);
        if (slot == nullptr) continue;
        const Found found = open_claimed(lane, slot, room);
        if (found.any()) return found;
    }
    return {};
}

Worker::Found Worker::open_claimed(Lane& lane, Slot* slot, Job& room) {
    // Relaxed: a hole was made before it was shared.
    if (slot->state.load_relaxed() == SlotState::left) return {};
    if (!type_of(*slot).fork) {
        copy_job(room, *slot);
        // Release: the slot may be reused. Pairs with the acquire in reclaim().
        slot->state.store_release(SlotState::left);
        return found_job(lane, &room);
    }
    settle();
    enter_lane(lane);
    return {slot, Find::fork};
}

// ---- from outside ----

Worker::Found Worker::find_outside(Priority priority, Job& room) {
    Lane& to = lane(priority);
    if (Fiber* fiber = scheduler_->take_ready_outside(priority)) return found_fiber(to, fiber);
    if (!scheduler_->take_job(priority, &room)) return {};
    figures_.injector_pops.add(1);
    if (!scheduler_->outside_empty()) scheduler_->wake_one();
    return found_job(to, &room);
}

// ---- from others ----

Worker::Found Worker::search(Job& room) {
    scheduler_->complete_posts(*this);
    const Found urgent = find_outside(Priority::high, room);
    if (urgent.any()) return urgent;
    const uint32_t others = scheduler_->workers() - 1;
    for (unsigned p = 0; p < kPriorities && others != 0; p++) {
        uint32_t at = victim_ < others ? victim_ : 0;
        for (uint32_t i = 0; i < others; i++) {
            const uint32_t index = index_ + 1 + at;
            Worker& victim = scheduler_->worker(index > others ? index - others - 1 : index);
            const Found stolen = steal_from(victim, Priority(p), room);
            if (stolen.any()) {
                victim_ = at;  // it may have more
                return stolen;
            }
            at = at + 1 == others ? 0 : at + 1;
        }
    }
    victim_ = victim_ + 1 >= others ? 0 : victim_ + 1;
    const Found outside = find_outside(Priority::normal, room);
    return outside.any() ? outside : find_outside(Priority::low, room);
}

Worker::Found Worker::steal_from(Worker& victim, Priority priority, Job& room) {
    Lane& from = victim.lane(priority);
    Lane& to = lane(priority);
    if (Fiber* fiber = from.ready.pop()) {
        figures_.fibers_stolen.add(1);
        if (!from.ready.empty()) scheduler_->wake_one();
        return found_fiber(to, fiber);
    }
    bool raced = false;
    Slot* const slot = from.claim(&raced);
    if (slot == nullptr) {
        (raced ? figures_.steals_raced : figures_.steals_lost).add(1);
        if (!raced) from.ask();
        return {};
    }
    figures_.steals_won.add(1);
    steal_more(from, to);
    if (from.shared_count() != 0 || to.count() != 0) scheduler_->wake_one();
    return open_claimed(to, slot, room);
}

// A few more, so that a thief of small jobs need not come back for each. Forks stay where they are:
// what is queued here then is only the way to one.
void Worker::steal_more(Lane& from, Lane& to) {
    for (uint32_t i = 0; i < kStealMore && from.shared_count() > 1; i++) {
        Slot* at = to.next();
        if (!to.has_room(at)) at = to.make_room();
        bool raced = false;
        Slot* const slot = at == nullptr ? nullptr : from.claim(&raced);
        if (slot == nullptr) return;
        // Relaxed: a hole was made before it was shared.
        if (slot->state.load_relaxed() == SlotState::left) continue;
        if (type_of(*slot).fork) {
            at->type = &kFarFork;
            at->counter = nullptr;
            at->traits = to.traits;
            *reinterpret_cast<Slot**>(at->closure) = slot;
        } else {
            copy_job(*at, *slot);
            // Release: the slot may be reused. Pairs with the acquire in reclaim().
            slot->state.store_release(SlotState::left);
        }
        to.push_job(at);
        figures_.steals_won.add(1);
    }
}

// ---- nothing to do ----

void Worker::idle() {
    if (pumping_) {
        budget_ = 0;
        return;
    }
    collect_returned();
    if (progress() != idle_since_) {
        idle_since_ = progress();
        idle_rounds_ = 0;
        if (pool_.all_in_use(StackClass::small)) (void)pool_.grow_one(StackClass::small);
    }
    if (++idle_rounds_ < idle_spins_) {
        port::cpu_relax();
        return expire_timers();
    }
    sleep();
}

void Worker::sleep() {
    idle_rounds_ = 0;
    scheduler_->announce_sleep(index_);
    // Relaxed: ordered by the fence in announce_sleep().
    if (attention_.load_relaxed() == 0 && !scheduler_->anything_visible()) {
        figures_.sleeps.add(1);
        (void)port::park(parker, scheduler_->timers.earliest());
    }
    scheduler_->withdraw_sleep(index_);
    expire_timers();
}

void Worker::expire_timers() {
    if (!scheduler_->timers.empty()) wake(scheduler_->timers.expire(port::now_ns()));
}

// ---- sent to this worker ----

Worker::Found Worker::find_sent(Job& room) {
    attend();
    if (stopping_) return {};
    if (Fiber* fiber = pinned_.pop()) {
        if (!pinned_.empty()) attend_to(kPinned);
        return found_fiber(lane(Priority(fiber->priority)), fiber);
    }
    if (!inbox_.pop(&room)) return {};
    figures_.inbox_pops.add(1);
    if (!inbox_.empty()) attend_to(kInbox);
    return found_job(lane(room.traits.priority), &room);
}

void Worker::attend() {
    // Relaxed: a look.
    if (attention_.load_relaxed() == 0) return;
    // Acquire: what was sent is there. Pairs with the release in attend_to().
    const uint32_t what = attention_.exchange_acquire(0);
    if ((what & kStop) != 0) stopping_ = true;
    if ((what & kReturned) != 0) collect_returned();
    // What is not emptied at once is asked for again by who empties it.
    if ((what & kPinned) != 0 && !inbox_.empty()) attend_to(kInbox);
}

void Worker::attend_to(uint32_t what) {
    // Release: publishes what was sent. Pairs with the acquire in attend().
    attention_.fetch_or_release(what);
}

bool Worker::post_to_inbox(const Job& job) {
    if (!inbox_.push(job)) return false;
    attend_to(kInbox);
    scheduler_->wake_worker(index_);
    return true;
}

void Worker::push_pinned(Fiber* fiber) {
    pinned_.push(fiber);
    attend_to(kPinned);
    scheduler_->wake_worker(index_);
}

// A fiber of this worker's pool came to its end elsewhere. Lock-free; taken whole.
void Worker::return_home(Fiber* fiber) {
    // Relaxed: the swap decides.
    Fiber* seen = returned_.load_relaxed();
    do {
        fiber->next = seen;
        // Release: the fiber's registers are saved. Pairs with the acquire in collect_returned().
    } while (!returned_.cas_weak_release(seen, fiber));
    attend_to(kReturned);
}

void Worker::collect_returned() {
    // Relaxed: a look.
    if (returned_.load_relaxed() == nullptr) return;
    // Acquire: pairs with the release in return_home().
    Fiber* at = returned_.exchange_acquire(nullptr);
    while (at != nullptr) {
        Fiber* const next = at->next;
        pool_.release(at);
        at = next;
    }
}

}  // namespace weft
