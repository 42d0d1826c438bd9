// deque.cpp - the split deque: an owner and thieves, each job taken once
// SPDX-License-Identifier: MIT
#include "scenario.hpp"

using namespace weft;
using namespace sim_tests;

namespace {

constexpr uint32_t kSlots = 8, kMostJobs = 32;

// A deque of numbered jobs, and who has taken which. Counts are plain: two takers race.
struct World {
    alignas(64) Slot slots[kSlots];
    SplitDeque deque;
    uint32_t taken[kMostJobs] = {};
    uint32_t pushed = 0;
    Atomic<uint32_t> over;

    explicit World(uint32_t most = kSlots) { deque.init({slots, most}, kMostSlots); }

    static Status run_nothing(Job*, Fate) { return Status::ok; }
    static constexpr JobType kJob = {&run_nothing};
    static constexpr JobType kFork = {&run_nothing, [](Slot*) {}};

    static uint32_t& number_in(Job& job) { return *reinterpret_cast<uint32_t*>(job.closure); }

    void push() {
        Slot* at = deque.next();
        if (!deque.has_room(at)) at = deque.make_room();
        if (at == nullptr) return;
        at->type = &kJob;
        number_in(*at) = pushed++;
        deque.push_job(at);
    }
    Slot* fork() {
        Slot* const at = deque.make_room();
        at->type = &kFork;
        number_in(*at) = pushed++;
        deque.push_fork(at);
        return at;
    }
    void take(uint32_t number) { taken[number]++; }

    void pop() {
        if (Slot* const job = deque.pop_job()) take(number_in(*job));
    }
    // As Worker::steal_from() does.
    void steal() {
        bool raced = false;
        Slot* const slot = deque.claim(&raced);
        if (slot == nullptr) return raced ? void() : deque.ask();
        copy_out(slot);
    }
    // As Worker::steal_more() does.
    void steal_half() {
        uint32_t first = 0;
        const uint32_t count = deque.claim_half(3, &first);
        for (uint32_t i = 0; i < count; i++)
            copy_out(deque.claimed_at(first, i));
    }
    void copy_out(Slot* slot) {
        if (SplitDeque::leave_hole(slot)) return;
        if (type_of(*slot).fork != nullptr) return run_fork(slot);
        Job mine;
        copy_job(mine, *slot);
        // Release: the slot may be reused. Pairs with the acquire in reclaim().
        slot->state.store_release(SlotState::left);
        take(number_in(mine));
    }
    // As Worker::run_fork() does.
    void run_fork(Slot* slot) {
        if (!SplitDeque::start(slot)) return;
        take(number_in(*slot));
        // Release: publishes what was done. Pairs with the acquire in the parent's wait.
        slot->state.store_release(SlotState::done);
    }
    // As Worker::oldest() does.
    void take_oldest() {
        if (deque.count() == 0) return;
        if (deque.shared_count() == 0) (void)deque.share(0);
        bool raced = false;
        Slot* const slot = deque.claim(&raced);
        if (slot != nullptr) copy_out(slot);
    }
    void check() {
        for (pop(); deque.private_count() != 0 || deque.shared_count() != 0;)
            pop();
        for (uint32_t i = 0; i < pushed; i++)
            SIM_CHECK(taken[i] == 1);
        SIM_CHECK(deque.invariants_hold());
    }
};

// Two thieves, three operations each; the owner shares, takes back and pops meanwhile.
SCENARIO(two_thieves_and_the_owner_take_each_job_once, exhaustive(3, 1)) {
    World world;
    {
        const auto thieves = on_others<2>([&](uint32_t) {
            for (int i = 0; i < 3; i++)
                world.steal();
        });
        for (int i = 0; i < 4; i++)
            world.push();
        (void)world.deque.share(1);
        world.pop();
        world.pop();
    }
    world.check();
}

// One takes half of what is there while another takes the oldest, and the owner takes back.
SCENARIO(a_thief_of_many_takes_each_job_once, exhaustive(3, 1)) {
    World world;
    {
        const auto thieves = on_others<2>([&](uint32_t core) {
            if (core == 1) world.steal();
            world.steal_half();
        });
        for (int i = 0; i < 4; i++)
            world.push();
        (void)world.deque.share(0);
        world.pop();
        world.push();
        (void)world.deque.share(0);
    }
    world.check();
}

// The ring goes round while thieves still copy.
SCENARIO(a_slot_is_not_reused_before_its_thief_has_copied_it, exhaustive(2, 1)) {
    World world;
    {
        const auto thieves = on_others<2>([&](uint32_t) {
            world.steal();
            world.steal();
        });
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < 3; i++)
                world.push();
            (void)world.deque.share(0);
        }
    }
    world.check();
}

SCENARIO(a_request_is_answered_or_stands, exhaustive(kAll, 2)) {
    World world;
    world.push();
    {
        const auto thieves = on_others<1>([&](uint32_t) {
            world.deque.ask();
            world.steal();
        });
        world.push();
        if (world.deque.asked()) (void)world.deque.share_half();
        world.push();
    }
    world.check();
}

// An owner that forks, and takes back or finds it claimed; the claimer gives the result.
SCENARIO(a_fork_is_run_by_its_parent_or_by_one_thief, exhaustive(kAll, 2)) {
    World world;
    Slot* const fork = world.fork();
    world.push();
    bool mine;
    {
        const auto thieves = on_others<2>([&](uint32_t) {
            bool raced = false;
            Slot* const slot = world.deque.claim(&raced);
            if (slot != nullptr) world.copy_out(slot);
        });
        (void)world.deque.share(0);
        mine = world.deque.take_back(fork);
        if (mine) world.take(0);
        // Acquire: pairs with the thief's release.
        while (!mine && fork->state.load_acquire() != SlotState::done)
            port::cpu_relax();
        // Relaxed: joined; only this core looks at it now.
        if (!mine) fork->state.store_relaxed(SlotState::left);
    }
    world.check();
}

// The parent went on elsewhere. Whoever comes to its fork first runs it, and what it leaves is used
// again: by the owner, from the top, or after a thief.
SCENARIO(a_fork_is_recalled_from_another_core_or_runs_once, exhaustive(3, 1)) {
    World world(kLeastSlots);
    Slot* const fork = world.fork();
    world.push();
    {
        const auto others = on_others<2>([&](uint32_t core) {
            if (core == 1) return world.steal();
            SIM_CHECK(type_of(*fork).fork != nullptr);  // as the parent looks at it
            if (SplitDeque::recall(fork)) return world.take(0);
            // Acquire: pairs with the release of who ran it.
            while (fork->state.load_acquire() != SlotState::done)
                port::cpu_relax();
            // Release: the slot may be reused. Pairs with the acquire in reclaim().
            fork->state.store_release(SlotState::left);
        });
        (void)world.deque.share(1);
        world.pop();
        world.pop();
        for (int i = 0; i < 3; i++)
            world.push();
        world.take_oldest();
        world.push();  // where the fork was
    }
    world.check();
    const uint32_t before = world.pushed;
    for (uint32_t i = 1; i < kLeastSlots; i++)
        world.push();
    SIM_CHECK(world.pushed == before + kLeastSlots - 1);  // no slot is lost
}

// Random operations of all sorts, for long.
SCENARIO(a_deque_in_random_use_loses_nothing, seeds(2000)) {
    World world;
    {
        const auto thieves = on_others<3>([&](uint32_t) {
            for (int i = 0; i < 8; i++)
                sim::choose(2) == 0 ? world.steal() : world.steal_half();
        });
        for (int i = 0; i < 24; i++) {
            const uint32_t what = sim::choose(5);
            if (what < 2 && world.pushed < kMostJobs) world.push();
            if (what == 2) world.pop();
            if (what == 3) (void)world.deque.share_half();
            if (what == 4) (void)world.deque.unshare_half();
        }
    }
    world.check();
}

}  // namespace
