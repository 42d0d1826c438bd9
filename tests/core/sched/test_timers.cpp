// test_timers.cpp - the heap of deadlines against an oracle
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/sched/timers.hpp>

using namespace weft;

namespace {

constexpr uint32_t kMost = 24;

struct Waiter {
    Deadline deadline{0, nullptr, nullptr};
    Fiber fiber;
    bool set = false, entered = false;
};

class Model {
 public:
    explicit Model(uint32_t seed) : random_(seed) { timers_.init(heap_); }

    void step() {
        Waiter& waiter = waiters_[random_.below(kMost)];
        const uint32_t what = random_.below(8);
        if (what < 5) waiter.set ? remove(waiter) : add(waiter);
        if (what == 5) remove(waiter);  // again, or never there
        if (what > 5) expire(now_ += random_.below(20));
        EXPECT_EQ(timers_.earliest(), earliest());
        EXPECT_EQ(timers_.empty(), earliest() == port::kNoDeadline);
    }
    void end() {
        expire(port::kNoDeadline);
        (void)never_.subtract(1);
    }
    uint32_t expired() const { return expired_; }

 private:
    void add(Waiter& waiter) {
        waiter.deadline.at_ns = now_ + random_.below(100);
        waiter.deadline.fiber = &waiter.fiber;
        waiter.deadline.counter = &never_;
        waiter.deadline.passed.store_relaxed(0);  // Relaxed: one thread.
        waiter.set = true;
        timers_.add(waiter.deadline);
        waiter.entered = random_.below(4) != 0;
        if (!waiter.entered) return;  // not yet: it finds out by itself
        EXPECT(never_.lock_to_wait());
        never_.enter(&waiter.fiber);
        never_.unlock();
    }

    void remove(Waiter& waiter) {
        timers_.remove(waiter.deadline);
        if (waiter.entered) EXPECT(never_.leave(&waiter.fiber));
        waiter.set = waiter.entered = false;
    }

    void expire(uint64_t now) {
        for (Fiber* at = timers_.expire(now).each; at != nullptr; at = at->next) {
            EXPECT_EQ(at->outcome, Status::timed_out);
            at->outcome = Status::ok;
            expired_++;
        }
        for (Waiter& waiter : waiters_) {
            const bool passed = waiter.deadline.passed.load_relaxed() != 0;  // Relaxed: as above.
            if (waiter.set) EXPECT_EQ(passed, waiter.deadline.at_ns <= now);
            if (!waiter.set || !passed) continue;
            EXPECT(waiter.fiber.state != FiberState::waiting);
            EXPECT_EQ(waiter.deadline.place, Deadline::kNowhere);
            waiter.set = waiter.entered = false;
        }
    }

    uint64_t earliest() const {
        uint64_t first = port::kNoDeadline;
        for (const Waiter& waiter : waiters_)
            if (waiter.set && waiter.deadline.at_ns < first) first = waiter.deadline.at_ns;
        return first;
    }

    unit::Random random_;
    Counter never_{1};
    Deadline* heap_[kMost];
    Timers timers_;
    Waiter waiters_[kMost];
    uint64_t now_ = 1;
    uint32_t expired_ = 0;
};

TEST(timers_agree_with_an_oracle_for_a_million_steps) {
    Model model(9);
    for (uint32_t i = 0; i < unit::kModelSteps; i++)
        model.step();
    EXPECT(model.expired() > 1000);
    model.end();
}

}  // namespace
