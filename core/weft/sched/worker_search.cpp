// worker_search.cpp - what a worker does next: its own work, others' work, sleep
// SPDX-License-Identifier: MIT
//
// Order: what was sent to this worker alone; own ready fibers before own jobs, high priority before
// low; urgent work from outside; others' work, near before far; the rest from outside. Every
// kFairPicks picks another place comes first, so that nothing is passed over for ever.
//
// Nothing is run here: whatever is found goes back to the loop, whose frame is all that lies
// between a fiber's first function and its job.
#include <weft/sched/scheduler.hpp>
#include <weft/sched/waiters.hpp>

namespace weft {
namespace {

constexpr uint32_t kStealMore = 7;
constexpr uint32_t kTurnFactor = 1664525, kTurnStep = 1013904223;  // Numerical Recipes' generator

}  // namespace

WEFT_ALWAYS_INLINE Worker::Found Worker::find_own(Lane& lane) {
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
    const Found old = oldest(lane);
    if (old.any()) return old;
    Fiber* const fiber = lane.ready.pop();
    return fiber == nullptr ? Found() : found_fiber(lane, fiber);
}

Worker::Found Worker::find() {
    const Found found = find_anywhere();
    if (__builtin_expect(!kOneCore && open_lanes_ == 0, 0) && found.any())
        (void)use_lane(Lane::current()->priority());  // what it spawns goes there
    return found;
}

Worker::Found Worker::find_anywhere() {
    if (__builtin_expect(called(), 0)) {
        const Found sent = find_sent();
        if (sent.any()) return pass_wake_on(sent);
    }
    scheduler_->complete_posts(*this);
    // Those who switch without a look count the pick that is due here: see next_fiber().
    const uint32_t pick = picks_++;
    if (__builtin_expect((pick & (kOutsidePicks - 1)) == 0, 0)) {
        const Found fair = find_fairly(pick);
        if (fair.any()) return fair;
    }
    Found own = find_in_lanes();
    if (!kOneCore && !own.any() && lease_ != nullptr) {
        settle();  // which may wake somebody
        own = find_in_lanes();
    }
    if (own.any()) return own;
    if constexpr (!kOneCore) send_home();
    return pass_wake_on(search());
}

Worker::Found Worker::find_in_lanes() {
    for (Lane& lane : lanes()) {
        if (lane.nothing()) continue;
        const Found own = find_own(lane);
        if (own.any()) return own;
    }
    if constexpr (kOneCore && kSmallCode) return {};
    used_lanes_ = kNormalLane;
    used_lanes_ |= lane_bit(Lane::current()->priority());  // where the next spawn goes
    return {};
}

// Who woke this worker counts on it: if it is busy from now on, and not with that, another must
// come. Deadlines as well: this worker may be the only one that knew how long to sleep.
Worker::Found Worker::pass_wake_on(Found found) {
    if (kOneCore || !chosen_ || !found.any()) return found;
    chosen_ = false;
    if (!scheduler_->timers.empty() || scheduler_->anything_visible()) scheduler_->wake_one(index_);
    return found;
}

// Bounded bypass: now and then urgent work from outside, and, each in its turn, the oldest in every
// place of every priority: what is there comes first within kFairPicks * kPriorities * kFairPlaces
// picks, sooner where others have nothing.
// Timers are looked at when it is nobody's turn: what they wake is then chosen from by priority.
Worker::Found Worker::find_fairly(uint32_t pick) {
    if ((pick & (kFairPicks - 1)) != 0) {
        expire_timers();
        return find_outside(Priority::high);
    }
    Found fair;
    for (unsigned looks = kPriorities * kFairPlaces; !fair.any() && looks > 0; looks--) {
        if (++fair_place_ == kFairPlaces) {
            fair_place_ = 0;
            fair_priority_ = fair_priority_ == 0 ? kPriorities - 1 : fair_priority_ - 1;
        }
        fair = find_in(Priority(fair_priority_), fair_place_);
    }
    return fair;
}

WEFT_ALWAYS_INLINE Worker::Found Worker::find_in(Priority priority, unsigned place) {
    Lane& here = lane(priority);
    if (place == 0) return find_outside(priority);
    if (place == 2) return oldest(here);
    Fiber* const fiber = here.ready.pop();
    return fiber == nullptr ? Found() : found_fiber(here, fiber);
}

WEFT_ALWAYS_INLINE Worker::Found Worker::open_claimed(Lane& lane, Slot* slot) {
    if (SplitDeque::leave_hole(slot)) return {};
    if (type_of(*slot).fork == nullptr) {
        if constexpr (!kOneCore) copy_job(room(), *slot);
        // Release: the slot may be reused. Pairs with the acquire in reclaim().
        slot->state.store_release(SlotState::left);
        return found_job(lane, kOneCore ? slot : &room());  // it is run before another is pushed
    }
    settle();
    if constexpr (!kOneCore) runs_for_ = nullptr;
    return found(lane, slot, Find::fork);
}

// What lies under a fork whose parent is suspended, from the other end, as a thief would.
Worker::Found Worker::oldest(Lane& lane) {
    while (lane.count() != 0) {
        if (!kOneCore && lane.shared_count() == 0) lane.share(0);
        Slot* const slot = lane.claim();
        if (slot == nullptr) continue;
        const Found found = open_claimed(lane, slot);
        if (found.any()) return found;
    }
    return {};
}

// ---- from outside ----

const Worker::Outside Worker::kOutside = {
    [](Worker& worker, Priority priority) { return worker.find_given(priority); },
    [](Worker& worker) { return worker.find_any_given(); },
    [](Worker& worker) { return worker.take_ready_given(); },
};

Worker::Found Worker::find_outside(Priority priority) {
    const Outside* const given = scheduler_->outside();
    return given == nullptr ? Found() : given->find(*this, priority);
}

Worker::Found Worker::find_given(Priority priority) {
    Lane& to = lane(priority);
    if (Fiber* fiber = scheduler_->take_ready_outside(node_, priority)) {
        if (fiber->kind == WaiterKind::job)
            return found_job(to, WaitingJob::of(fiber)->calls->open(*this, fiber, room()));
        return found_fiber(to, fiber);
    }
    if (!scheduler_->take_job(node_, priority, &room())) return {};
    figures_.injector_pops.add(1);
    if (!scheduler_->alone() && !scheduler_->outside_empty()) scheduler_->wake_one(index_);
    return found_job(to, &room());
}

Worker::Found Worker::find_any_given() {
    Found given;
    for (unsigned p = 0; p < kPriorities && !given.any(); p++)
        given = find_given(Priority(p));
    return given;
}

// A fiber that is to go on, be it urgent or not. Jobs that waited become some that are queued.
Fiber* Worker::take_ready_given() {
    for (unsigned p = kPriorities; p-- > 0;)
        if (Fiber* fiber = scheduler_->take_ready_outside(node_, Priority(p))) {
            if (fiber->kind != WaiterKind::job) return fiber;
            WaitingJob::of(fiber)->calls->make_ready(*this, fiber);
        }
    return nullptr;
}

// ---- from others ----

Worker::Found Worker::search() {
    if constexpr (kOneCore) {
        const Outside* const given = scheduler_->outside();
        return given == nullptr ? Found() : given->find_any(*this);
    }
    const bool looks = !thefts_.rests() && !scheduler_->alone();  // asked: else a rest never ends
    if (scheduler_->off_duty(index_) && !chosen_) return {};
    const Found urgent = find_outside(Priority::high);
    if (urgent.any()) return urgent;
    for (unsigned p = 0; p < kPriorities && looks; p++) {
        if (!scheduler_->roster.any(p)) continue;
        const Found stolen = steal(Priority(p));
        if (stolen.any()) return stolen;
    }
    turn_ = scheduler_->alone() ? 0 : turn_ * kTurnFactor + kTurnStep;
    const Found outside = find_outside(Priority::normal);
    return outside.any() ? outside : find_outside(Priority::low);
}

// Anywhere below `length`: those who look at the same victims in the same order would all come to
// the first of them at the same time.
uint32_t Worker::start_among(uint32_t length) const {
    return ((turn_ >> 16) * length) >> 16;
}

// Nearer groups first; in each from anywhere on. Without an order, all others are one group.
Worker::Found Worker::steal(Priority priority) {
    Roster::Look look(scheduler_->roster, priority);
    // Acquire: the tables are there. Pairs with the release in set_steal_order().
    const StealOrder* const order = others_.order.load_acquire();
    if (order == nullptr) return steal_in_turn(look);
    uint32_t from = 0;
    for (const uint16_t to : order->ends) {
        const Span<const uint16_t> victims(order->victims.data() + from, to - from);
        const Found stolen = steal_in_group(look, victims);
        if (stolen.any()) return stolen;
        from = to;
    }
    return {};
}

Worker::Found Worker::steal_in_group(Roster::Look& look, Span<const uint16_t> victims) {
    const uint32_t length = uint32_t(victims.size());
    uint32_t at = start_among(length);
    for (uint32_t i = 0; i < length; i++) {
        const uint32_t victim = victims.data()[at];
        at = at + 1 == length ? 0 : at + 1;
        if (!look.open(victim)) continue;
        const Found stolen = steal_from(scheduler_->worker(victim), look.priority());
        if (stolen.any()) return stolen;
    }
    return {};
}

Worker::Found Worker::steal_in_turn(Roster::Look& look) {
    const uint32_t workers = scheduler_->workers();
    uint32_t at = start_among(workers);
    for (uint32_t i = 0; i < workers; i++) {
        const uint32_t victim = at;
        at = at + 1 == workers ? 0 : at + 1;
        if (victim == index_ || !look.open(victim)) continue;
        const Found stolen = steal_from(scheduler_->worker(victim), look.priority());
        if (stolen.any()) return stolen;
    }
    return {};
}

Worker::Found Worker::steal_from(Worker& victim, Priority priority) {
    Lane& from = victim.lane(priority);
    Lane& to = lane(priority);
    if (Fiber* fiber = steal_fibers(from, to)) return found_fiber(to, fiber);
    bool raced = false;
    const uint32_t began = Thefts::now();
    Slot* const slot = from.claim(&raced);
    if (slot == nullptr) {
        (raced ? figures_.steals_raced : figures_.steals_lost).add(1);
        if (!raced) from.ask();
        return {};
    }
    const Found stolen = open_claimed(to, slot);
    if (!stolen.any()) return {};  // a hole: nothing is kept, for the next step may be to sleep
    figures_.steals_won.add(1);
    port::tool_took(victim.index_, 1);
    tracer_.event(TraceKind::steal, running_, victim.index_);
    (void)use_lane(to.priority());  // open before it holds anything
    steal_more(from, to);
    thefts_.took(began);
    if (from.shared_count() != 0 || to.count() != 0) scheduler_->wake_one(index_);
    return stolen;
}

// One to go on here, and a few for later.
Fiber* Worker::steal_fibers(Lane& from, Lane& to) {
    uint32_t count;
    Fiber* const fiber = from.ready.pop_half(kStealMore + 1, &count);
    if (fiber == nullptr) return nullptr;
    figures_.fibers_stolen.add(count);
    port::tool_took(from.worker->index_, count);
    tracer_.event(TraceKind::steal, running_, from.worker->index_);
    (void)use_lane(to.priority());  // open before it holds anything
    if (count > 1) to.ready.push_all(fiber->next, last_of(fiber), count - 1);
    if (!from.ready.empty() || !to.ready.empty()) scheduler_->wake_one(index_);
    return fiber;
}

// A few more, so that a thief of small jobs need not come back for each. Forks stay where they are:
// what is queued here then is only the way to one.
void Worker::steal_more(Lane& from, Lane& to) {
    if (!to.has_room(to.next())) (void)to.make_room();
    const uint32_t room = to.room();
    uint32_t first = 0;
    const uint32_t count = from.claim_half(room < kStealMore ? room : kStealMore, &first);
    port::tool_took(from.worker->index_, count);
    for (uint32_t i = 0; i < count; i++)
        take_over(from.claimed_at(first, i), to);
}

void Worker::take_over(Slot* slot, Lane& to) {
    if (SplitDeque::leave_hole(slot)) return;
    Slot* const at = to.next();
    if (type_of(*slot).fork != nullptr) {
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

}  // namespace weft
