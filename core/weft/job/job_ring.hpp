// job_ring.hpp - a worker's jobs where one core is all there is, and bytes of code come first
// SPDX-License-Identifier: MIT
//
//   positions, counted on:   base          tail            head
//                             |             |               |
//                  ... free   | claimed     | queued        |   free ...
//
// What a SplitDeque is (split_deque.hpp), without a part that others see: a slot's place is its
// position modulo the ring's length, and nothing wraps. The newest is popped at head; the oldest is
// claimed at tail, and its slot is free again once it is `left`: a fork's, when its parent has
// joined it.
//
// A fork is undisturbed while it is on top: its slot is no other's before it is joined. So nothing
// is marked.
//
// Who may call: the worker. Interrupts do not come here.
#pragma once
#include <weft/job/split_deque.hpp>

namespace weft {

class JobRing {
 public:
    JobRing() = default;
    JobRing(const JobRing&) = delete;
    JobRing& operator=(const JobRing&) = delete;

    // As SplitDeque's; that the rules for configurations hold is not asked again.
    void init(Span<Slot> slots, uint32_t crowd);

    Slot* next() const { return at(head_); }
    bool has_room(const Slot*) const {
        return !port::tool_refuses(port::Room::deque) && head_ - base_ < mask_;
    }
    void push_fork(Slot*) { head_++; }
    void push_job(Slot*) { head_++; }
    void push_marked(Slot*) { head_++; }
    Slot* make_room();

    void pop(Slot*) { head_--; }
    static void disturb() {}
    WEFT_FAST_INLINE Slot* top() const { return head_ == tail_ ? nullptr : at(head_ - 1); }
    void drop_top() { head_--; }
    Slot* pop_plain() {
        Slot* const newest = top();
        if (newest == nullptr || type_of(*newest).fork != nullptr) return nullptr;
        head_--;
        return newest;
    }
    Slot* pop_job();
    bool drop_hole();
    bool take_back(Slot* fork);
    Slot* claim(bool* raced = nullptr);

    bool holds(const Slot* slot) const { return slot >= first_ && slot <= first_ + mask_; }
    uint32_t count() const { return head_ - tail_; }
    uint32_t private_count() const { return count(); }
    uint32_t room() const { return mask_ - (head_ - base_); }
    bool invariants_hold() const;

    // What others would ask for, and be given.
    static void ask() {}
    static bool asked() { return false; }
    static bool crowded() { return false; }
    static void allow_crowd() {}
    static bool retrieve() { return false; }
    static bool share(uint32_t) { return false; }
    static bool share_half() { return false; }
    static bool unshare_half() { return false; }
    static uint32_t shared_count() { return 0; }
    static uint32_t claim_half(uint32_t, uint32_t*) { return 0; }
    Slot* claimed_at(uint32_t first, uint32_t place) const { return at(first + place); }

 private:
    Slot* at(uint32_t position) const { return first_ + (position & mask_); }
    void reclaim();

    Slot* first_ = nullptr;
    uint32_t mask_ = 0;
    uint32_t head_ = 0;
    uint32_t tail_ = 0;
    uint32_t base_ = 0;

 public:
    Worker* worker = nullptr;
    JobTraits traits = {};
};

using JobDeque = Conditional<kLeastCode, JobRing, SplitDeque>::Type;

}  // namespace weft
