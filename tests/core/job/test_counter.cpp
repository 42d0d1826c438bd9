// test_counter.cpp - the counter's states against an oracle, and between threads
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/job/counter.hpp>
#include <weft/job/job.hpp>

using namespace weft;

namespace {

constexpr uint32_t kWaiters = 8;

// One counter, some waiters that only lie in its list, and what should be so.
class Model {
 public:
    explicit Model(uint32_t seed) : random_(seed) {}

    void step() {
        const uint32_t what = random_.below(12);
        if (what < 3) add(random_.below(5));
        if (what >= 3 && what < 6) subtract(count_ == 0 ? 0 : 1 + random_.below(count_));
        if (what == 6 || what == 7) wait(waiters_[random_.below(kWaiters)]);
        if (what == 8) leave(waiters_[random_.below(kWaiters)]);
        if (what == 9 && count_ != 0) post(1 + random_.below(count_));
        if (what == 10) fail();
        if (what == 11 && counter_.complete()) reset();
        EXPECT_EQ(counter_.count(), count_ + posted_);
        EXPECT_EQ(counter_.complete(), count_ + posted_ == 0);
        EXPECT_EQ(counter_.status(), outcome_);
        EXPECT(counter_.invariants_hold());
    }

    void end() {
        take_posts();
        subtract(count_);
    }
    uint32_t woken() const { return woken_; }

 private:
    void add(uint32_t count) {
        counter_.add(count);
        count_ += count;
    }

    void subtract(uint32_t count) {
        count_ -= count;
        expect_woken(counter_.subtract(count));
    }

    // All, in the order in which they came, once nothing is left; the crowd the other way round.
    void expect_woken(const Woken& all) {
        EXPECT_EQ(all.any(), count_ + posted_ == 0 && waiting_ + crowding_ != 0);
        if (!all.any()) return;
        Fiber* at = all.each;
        for (uint32_t i = 0; i < waiting_; i++, at = at->next) {
            if (at != order_[i]) return unit::fail_at(__FILE__, __LINE__, "another was woken");
            EXPECT_EQ(at->state, FiberState::runnable);
            EXPECT_EQ(at->outcome, outcome_);
        }
        EXPECT(at == nullptr);
        expect_crowd(all.crowd);
        woken_ += waiting_ + crowding_;
        waiting_ = crowding_ = 0;
    }

    void expect_crowd(const Crowd& all) {
        EXPECT_EQ(all.count, crowding_);
        const Fiber* last = nullptr;
        Fiber* at = all.newest;
        for (uint32_t i = crowding_; i-- > 0; at = at->next) {
            if (at != crowd_[i]) return unit::fail_at(__FILE__, __LINE__, "another of the crowd");
            EXPECT_EQ(at->outcome, outcome_);
            EXPECT_EQ(at->priority, all.priority);
            at->state = FiberState::runnable;  // as it says itself
            last = at;
        }
        EXPECT(at == nullptr && all.oldest == last);
    }

    void wait(Fiber& waiter) {
        if (waiter.state == FiberState::waiting) return;
        const bool locked = counter_.lock_to_wait();
        EXPECT_EQ(locked, count_ + posted_ != 0);
        if (!locked) return;
        EXPECT(!counter_.complete());
        waiter.priority = uint8_t(random_.below(kPriorities));
        const bool crowd = random_.below(2) == 0 && !kOneCore;
        if (crowd)
            counter_.enter_crowd(&waiter);
        else
            counter_.enter(&waiter);
        counter_.unlock();
        // Who is of another priority than the crowd is none of it.
        if (crowd && (crowding_ == 0 || crowd_[0]->priority == waiter.priority))
            crowd_[crowding_++] = &waiter;
        else
            order_[waiting_++] = &waiter;
    }

    void leave(Fiber& waiter) {
        for (uint32_t i = 0; i < crowding_; i++)
            if (crowd_[i] == &waiter) return;  // they stay
        const bool here = waiter.state == FiberState::waiting;
        EXPECT_EQ(counter_.leave(&waiter), here);
        uint32_t kept = 0;
        for (uint32_t i = 0; i < waiting_; i++)
            if (order_[i] != &waiter) order_[kept++] = order_[i];
        EXPECT_EQ(waiting_ - kept, uint32_t(here));
        waiting_ = kept;
    }

    void post(uint32_t count) {
        count_ -= count;
        EXPECT_EQ(counter_.post(count), posted_ == 0);
        posted_ += count;
        if (random_.below(2) == 0) take_posts();
    }

    void take_posts() {
        posted_ = 0;
        expect_woken(counter_.take_posts());
    }

    void fail() {
        counter_.fail(Status::exhausted);
        if (outcome_ == Status::ok) outcome_ = Status::exhausted;
    }

    void reset() {
        counter_.reset();
        outcome_ = Status::ok;
    }

    unit::Random random_;
    Counter counter_;
    Fiber waiters_[kWaiters];
    Fiber* order_[kWaiters];
    Fiber* crowd_[kWaiters];
    uint32_t waiting_ = 0, crowding_ = 0, count_ = 0, posted_ = 0, woken_ = 0;
    Status outcome_ = Status::ok;
};

TEST(counters_agree_with_an_oracle_for_a_million_steps) {
    Model model(3);
    for (uint32_t i = 0; i < unit::kModelSteps; i++)
        model.step();
    model.end();
    EXPECT(model.woken() > 1000);
}

struct Race {
    Counter counter;
    Atomic<uint32_t> turn{0};
    uint32_t written = 0;
};

constexpr uint32_t kRounds = unit::kModelSteps / 50;

void signal_each(void* argument) {
    Race& race = *static_cast<Race*>(argument);
    for (uint32_t round = 1; round <= kRounds; round++) {
        // Acquire: pairs with the release below.
        unit::wait_until([&] { return race.turn.load_acquire() == round; });
        race.written = round;
        for (Fiber* at = race.counter.subtract(1).each; at != nullptr;) {
            Fiber* const next = at->next;
            // Release: the other side may look. Pairs with the acquire below.
            race.turn.store_release(0);
            at = next;
        }
    }
}

// A waiter that comes as the count ends is woken or told, never both, never neither; what was
// written before the end is seen.
TEST(a_waiter_is_either_woken_or_told_that_nothing_is_left) {
    NEEDS_CORES(2);
    Race race;
    uint32_t woken = 0, told = 0;
    EXPECT(port::start_core(1, false, signal_each, &race));
    for (uint32_t round = 1; round <= kRounds; round++) {
        Fiber me;
        race.counter.add(1);
        // Release: starts the other side. Pairs with the acquire above.
        race.turn.store_release(round);
        for (uint32_t i = round % 64; i > 0; i--)
            port::cpu_relax();
        if (!race.counter.lock_to_wait()) {
            told++;
        } else {
            race.counter.enter(&me);
            race.counter.unlock();
            // Acquire: pairs with the release above.
            unit::wait_until([&] { return race.turn.load_acquire() == 0; });
            woken++;
        }
        EXPECT_EQ(race.written, round);
        EXPECT(race.counter.complete());
    }
    port::join_core(1);
    EXPECT_EQ(woken + told, kRounds);
}

TEST(counting_beyond_what_a_word_holds_panics) {
    Counter counter(kMostCount);
    EXPECT_PANIC(counter.add(1));
    (void)counter.subtract(kMostCount);
}

TEST(a_counter_that_still_counts_is_neither_reset_nor_destroyed) {
    Counter counter(1);
    EXPECT_PANIC(counter.reset());
    if (kChecked) EXPECT_PANIC(counter.~Counter());  // plain builds have no destructor
    (void)counter.subtract(1);
}

TEST(the_first_failure_is_kept_and_cancelling_is_one) {
    Counter counter;
    counter.fail(Status::exhausted);
    counter.cancel();
    EXPECT_EQ(counter.status(), Status::exhausted);
    EXPECT(counter.cancelled());
    counter.reset();
    EXPECT(!counter.cancelled());
    counter.cancel();
    EXPECT_EQ(counter.status(), Status::cancelled);
}

}  // namespace
