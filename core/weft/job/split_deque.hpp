// split_deque.hpp - a worker's jobs: a private part without atomics, and a part that thieves take
// SPDX-License-Identifier: MIT
//
//   ring of slots:    base      tail           split            head        limit
//                      |         |              |                |           |
//      ... free ...    | claimed | shared: any  | private: the   | free: the |
//                      | by      | worker takes | owner's alone  | owner may |
//                      | thieves | the oldest   |                | push      |
//
// The owner pushes and pops at head with plain loads and stores; nobody else reads head or the
// private slots. tail and split are one word, `ends_`, that changes by compare-and-swap only:
// thieves raise tail, the owner moves split either way. A thief that finds nothing shared asks for
// more by clearing limit, which the owner compares with head at each push anyhow.
//
// Who may call: the worker that owns the deque (the thread, not one fiber of it), except where
// thieves are named. Progress: lock-free; the owner's fast ways are wait-free.
//
// Invariant: slots outside [base, head) are `queued` and hold nothing; a slot in [tail, head) holds
// a job or a fork, or is a hole; in [base, tail) a thief still copies from it or has not yet found
// out that it is a hole, or a fork's parent has not yet joined it, or it is `left`. So a slot is
// never reused before its last reader is done with it.
//
// A fork is undisturbed from its push until it is shared, its fiber leaves the core, or a job is
// pushed on top: then the owner marks it, in its type. An undisturbed fork is private and on top
// once its parent comes back to it: other forks of the same fiber are gone again by then. So its
// parent takes it back with one comparison and one store. Undisturbed slots are always on top of
// disturbed ones, so marking stops at the first marked one, and costs O(1) a push.
// ABA: what a thief reads after its swap is decided by the word as it then was, whatever it had
// been in between, so a word that came back is as good as one that stayed.
#pragma once
#include <weft/base/bytes.hpp>
#include <weft/job/job.hpp>

namespace weft {

class Worker;

constexpr uint32_t kMostSlots = 1u << 15;  // positions are 16 bits in `ends_`
constexpr uint32_t kLeastSlots = 4;

// When a deque holds so much that others should have some; with one core it takes no memory.
template <bool kAlone>
struct DequeCrowd {
    Slot* at = nullptr;
    uint32_t slots = 0;
};
template <>
struct DequeCrowd<true> {
    static inline Slot* at = nullptr;
    static inline uint32_t slots = 0;
};

class SplitDeque {
 public:
    SplitDeque() = default;
    SplitDeque(const SplitDeque&) = delete;
    SplitDeque& operator=(const SplitDeque&) = delete;

    // A power of two of slots, kLeastSlots to kMostSlots; one less can be in use. crowded() is said
    // from `crowd` private slots in a row on.
    void init(Span<Slot> slots, uint32_t crowd);

    // Where the next job goes, if it has room: else make_room() says more. Fill it, then push it.
    WEFT_ALWAYS_INLINE Slot* next() const { return head_; }
    WEFT_ALWAYS_INLINE bool has_room(const Slot* at) const {
        if (port::tool_refuses(port::Room::deque)) return false;
        // Relaxed: a request seen late is answered late.
        return at < limit_.load_relaxed();
    }
    // The fork's slot, filled.
    WEFT_ALWAYS_INLINE void push_fork(Slot* at) { head_ = at + 1; }
    // The job's, filled. A job on top may stay there when its spawner ends: it disturbs what is
    // below, and itself, so that marking stops here.
    WEFT_ALWAYS_INLINE void push_job(Slot* at) {
        at->type = marked_type(at->type, kDisturbed);
        push_marked(at);
    }
    // The same, marked already.
    WEFT_ALWAYS_INLINE void push_marked(Slot* at) {
        if (__builtin_expect(at != floor_, 1) && __builtin_expect(!disturbed(at - 1), 0))
            disturb_all();
        head_ = at + 1;
    }

    // Takes an undisturbed fork back.
    WEFT_ALWAYS_INLINE void pop(Slot* fork) { head_ = fork; }
    // Before another fiber runs on this core.
    WEFT_ALWAYS_INLINE void disturb() {
        if (head_ != floor_ && !disturbed(head_ - 1)) disturb_all();
    }
    // The newest private slot, for who looks before it pops. Null: none.
    WEFT_ALWAYS_INLINE Slot* top() const { return head_ == floor_ ? nullptr : head_ - 1; }

    WEFT_ALWAYS_INLINE void drop_top() { head_--; }
    // The newest private slot, taken, if it is a plain step down to a job and nobody has asked.
    WEFT_ALWAYS_INLINE Slot* pop_plain() {
        Slot* const at = top();
        if (at == nullptr || type_of(*at).fork != nullptr || asked()) return nullptr;
        return head_ = at;
    }

    // Whether there is a private slot on top after all, once what went round and what was shared
    // have been looked at.
    bool retrieve();
    // Whether a hole was on top, and is not any more.
    bool drop_hole();
    // Room when has_room() saw none: wraps, and reclaims what thieves are done with. Null: full.
    Slot* make_room();
    // Whether a thief has asked, and is not answered yet.
    // Relaxed: as in has_room().
    bool asked() const { return !kOneCore && limit_.load_relaxed() == nullptr; }

    // Lets thieves have all but the newest `keep` slots; false if there was nothing to give.
    bool share(uint32_t keep);
    // share() of the older half, rounded up.
    bool share_half() { return share(private_count() / 2); }
    // Makes the newest half of the shared slots private again; false when none was left.
    bool unshare_half();

    // The newest job: on top, private again if need be. Null: none, or a fork lies on top.
    Slot* pop_job();

    // Where a fork of this deque is, for its parent on this worker: taken back (it is not in the
    // deque any more, and the caller runs it), or claimed by a thief.
    bool take_back(Slot* fork);

    // Thieves, and the owner for what lies under a suspended parent's fork: the oldest shared slot,
    // claimed; null when there is none, or another was faster. Whoever claimed a job leaves the
    // slot once it is copied.
    Slot* claim(bool* raced = nullptr);
    // Thieves: the older half of the shared slots, `most` at the most, claimed at one go. Counts
    // them; the others are found by claimed_at(first, 1) and so on.
    uint32_t claim_half(uint32_t most, uint32_t* first);
    Slot* claimed_at(uint32_t first, uint32_t place) const {
        return first_ + ((first + place) & mask_);
    }
    // The owner: how many can be pushed one after another.
    uint32_t room() const;
    // Of a claimed slot: whether it was a hole, which is left by this.
    static bool leave_hole(Slot* claimed) {
        // Acquire: the parent is done with the slot. Pairs with the release in recall().
        if (claimed->state.load_acquire() != SlotState::hole) return false;
        // Release: the slot may be reused. Pairs with the acquire in reclaim().
        claimed->state.store_release(SlotState::left);
        return true;
    }
    // Of a claimed fork: whether it is the caller's to run. Else it was a hole, and is left.
    static bool start(Slot* fork);
    // The parent, wherever it runs, of a fork in any deque: whether nobody has started it. Then it
    // is a hole, and the parent runs it. So no parent waits for what only lies in a queue, and
    // forks need no more fibers than run and wait at a time.
    static bool recall(Slot* fork);
    // Thieves: asks the owner for more. Reads before it writes, so that waiting cores share a line.
    void ask() {
        // Relaxed: only a hint; the answer is what carries data.
        if (limit_.load_relaxed() != nullptr) limit_.store_relaxed(nullptr);
    }
    // Any core, a moment old.
    uint32_t shared_count() const {
        // Relaxed: a look from outside.
        const uint32_t ends = ends_.load_relaxed();
        return (split_of(ends) - tail_of(ends)) & mask_;
    }

    // The owner: whether so much is private that thieves should have some of it unasked. Who
    // pushes has room until then.
    bool crowded() const { return !kOneCore && head_ >= crowd_.at; }
    // Not before as many more again.
    void allow_crowd() { crowd_.at = head_ + crowd_.slots; }
    bool holds(const Slot* slot) const { return slot >= first_ && slot < end_; }
    // The owner. Slots between tail and head, holes and forks included.
    uint32_t count() const {
        // Relaxed: thieves only lower it.
        return (position(head_) - tail_of(ends_.load_relaxed())) & mask_;
    }
    uint32_t private_count() const {
        // Relaxed: only this worker moves split.
        return (position(head_) - split_of(ends_.load_relaxed())) & mask_;
    }
    bool invariants_hold() const;

 private:
    static uint32_t tail_of(uint32_t ends) { return ends & 0xffff; }
    static uint32_t split_of(uint32_t ends) { return ends >> 16; }
    static uint32_t ends_at(uint32_t tail, uint32_t split) { return split << 16 | tail; }
    uint32_t position(const Slot* slot) const { return uint32_t(slot - first_); }

    static bool disturbed(const Slot* slot) { return has_marks(*slot, kDisturbed); }
    void bring_near(uint32_t from, uint32_t count) const;
    uint32_t free_slots() const { return mask_ - ((position(head_) - base_) & mask_); }
    void mark(uint32_t from, uint32_t count);
    void disturb_all();
    bool lower_split(uint32_t to);
    void set_floor();
    void lay_floor(Slot* floor);
    void unwrap();
    void move_limit(Slot* to);
    Slot* make_slots(Slot* to);
    void reclaim();
    Slot* take_oldest();

    // The owner's line.
    alignas(kApart) Slot* head_ = nullptr;
    Slot* floor_ = nullptr;  // of the private slots that reach up to head without a wrap
    Slot* first_ = nullptr;
    DequeCrowd<kOneCore> crowd_;
    Slot* end_ = nullptr;
    Slot* made_ =
        nullptr;  // slots below have been used, or may be: the others' pages stay untouched
    uint32_t mask_ = 0;
    uint32_t base_ = 0;

    // The owner only reads this line until somebody asks. Slots from the limit on need a look
    // around first: there is no room, or so much is private that thieves should have some of it.
    alignas(kApart) Atomic<Slot*> limit_;

 public:
    // Whose deque it is, and what a job in it asks for unless it says otherwise: set once, and read
    // at each push.
    Worker* worker = nullptr;
    JobTraits traits = {};

 private:
    // The thieves' line. It comes last: what else they look at, a subclass may put beside it.
    alignas(kApart) Atomic<uint32_t> ends_;
};

}  // namespace weft
