// test_split_deque.cpp - the deque against an oracle: pushes, pops, forks, thieves, holes, wraps
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/job/job_ring.hpp>

using namespace weft;

namespace {

constexpr JobType kJob = {nullptr};
constexpr JobType kFork = {nullptr, [](Slot*) {}};
constexpr uint32_t kSlots = 16;

// What is in the deque, oldest first. Numbers name jobs; a fork names its slot as well.
struct Entry {
    uint32_t number;
    bool fork;
    Slot* slot;
};

class Model {
 public:
    Model(uint32_t seed, uint32_t crowd) : random_(seed) { deque_.init(slots_, crowd); }

    void step() {
        const uint32_t what = random_.below(18);
        if (what < 5) push(what < 2);
        if (what == 5 || what == 6) pop_job();
        if (what == 7 || what == 8) join();
        if (what == 9) steal();
        if (what == 10) asked_ = !deque_.share(random_.below(4)) && asked_;
        if (what == 11) asked_ = !deque_.share_half() && asked_;
        if (what == 12) deque_.unshare_half();
        if (what == 13) deque_.disturb();
        if (what == 14) ask();
        if (what == 15) finish_claimed();
        if (what == 16) steal_half();
        if (what == 17 && random_.below(8) == 0) fill_the_room();
        EXPECT(deque_.invariants_hold());
        EXPECT_EQ(deque_.asked(), asked_);
    }

    uint32_t full() const { return full_; }
    uint32_t joined() const { return joined_; }

 private:
    void push(bool fork) {
        Slot* at = deque_.next();
        if (!deque_.has_room(at)) at = deque_.make_room();
        if (at == nullptr) {
            full_++;  // of jobs, of claimed slots, of holes and what waits behind these
            return;
        }
        EXPECT(deque_.room() != 0);
        push_at(at, fork);
    }

    void fill_the_room() {
        for (uint32_t room = deque_.room(); room > 0; room--)
            push_at(deque_.next(), false);
    }

    void push_at(Slot* at, bool fork) {
        EXPECT(at->state.load_relaxed() == SlotState::queued);  // Relaxed: one thread.
        for (uint32_t i = 0; i < claimed_; i++)
            EXPECT(claims_[i] != at);
        at->type = fork ? &kFork : &kJob;
        at->counter = nullptr;
        *reinterpret_cast<uint32_t*>(at->closure) = next_;
        fork ? deque_.push_fork(at) : deque_.push_job(at);
        entries_[held_++] = {next_++, fork, at};
        EXPECT(held_ <= kSlots);
    }

    void drop(uint32_t index) {
        for (held_--; index < held_; index++)
            entries_[index] = entries_[index + 1];
    }

    void pop_job() {
        Slot* const slot = deque_.pop_job();
        if (slot == nullptr) {
            EXPECT(held_ == 0 || entries_[held_ - 1].fork);
            return;
        }
        if (held_ == 0) return unit::fail_at(__FILE__, __LINE__, "popped from an empty deque");
        EXPECT_EQ(*reinterpret_cast<uint32_t*>(slot->closure), entries_[held_ - 1].number);
        drop(held_ - 1);
    }

    // A parent comes back: usually the newest fork's, sometimes another that was disturbed.
    void join() {
        for (uint32_t i = held_; i-- > 0;) {
            Entry& entry = entries_[i];
            if (!entry.fork) continue;
            const bool undisturbed =
                kLeastCode ? entry.slot == deque_.top() : entry.slot->type == &kFork;
            if (!undisturbed && random_.below(3) == 0) continue;
            if (undisturbed) {
                EXPECT(i == held_ - 1);
                deque_.pop(entry.slot);
            } else {
                EXPECT(deque_.take_back(entry.slot));
            }
            joined_++;
            return drop(i);
        }
    }

    void steal() {
        if (kOneCore) deque_.disturb();  // the loop takes the oldest, on another fiber
        bool raced = false;
        Slot* const slot = deque_.claim(&raced);
        EXPECT(!raced);
        if (slot == nullptr) return;
        claim(slot);
    }

    void steal_half() {
        uint32_t first = 0;
        const uint32_t shared = deque_.shared_count();
        const uint32_t count = deque_.claim_half(5, &first);
        EXPECT_EQ(count, shared / 2 < 5 ? shared / 2 : 5);
        for (uint32_t i = 0; i < count; i++)
            claim(deque_.claimed_at(first, i));
    }

    void claim(Slot* slot) {
        if (slot->state.load_relaxed() == SlotState::hole) {  // Relaxed: one thread.
            claims_[claimed_++] = slot;  // its thief has claimed it, and not looked yet
            return;
        }
        if (held_ == 0) return unit::fail_at(__FILE__, __LINE__, "stolen from an empty deque");
        EXPECT_EQ(*reinterpret_cast<uint32_t*>(slot->closure), entries_[0].number);
        EXPECT(!entries_[0].fork || !deque_.take_back(slot));
        drop(0);
        claims_[claimed_++] = slot;
    }

    void ask() {
        deque_.ask();
        asked_ = !kOneCore;  // there is no thief to be answered
    }

    void finish_claimed() {
        if (claimed_ == 0) return;
        const uint32_t which = random_.below(claimed_);
        // Relaxed: one thread.
        if (!SplitDeque::leave_hole(claims_[which]))
            claims_[which]->state.store_relaxed(SlotState::left);
        claims_[which] = claims_[--claimed_];
    }

    unit::Random random_;
    Slot slots_[kSlots];
    JobDeque deque_;
    Entry entries_[kSlots + 1];
    uint32_t held_ = 0;
    Slot* claims_[kSlots];
    uint32_t claimed_ = 0;
    uint32_t next_ = 1;
    uint32_t full_ = 0;
    uint32_t joined_ = 0;
    bool asked_ = false;
};

TEST(split_deque_agrees_with_an_oracle_for_a_million_steps_a_seed) {
    for (uint32_t seed = 1; seed <= 2; seed++) {
        Model model(seed, seed == 1 ? kMostSlots : 4);
        for (uint32_t i = 0; i < 1000000; i++)
            model.step();
        EXPECT(model.full() > 100);
        EXPECT(model.joined() > 10000);
    }
}

}  // namespace
