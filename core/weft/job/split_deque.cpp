// split_deque.cpp - the deque's slow ways: sharing, taking back, stealing, going round
// SPDX-License-Identifier: MIT
#include <weft/base/bits.hpp>
#include <weft/job/split_deque.hpp>

namespace weft {
namespace {

constexpr uint32_t kMakeSlots = 64;
constexpr uint32_t kReclaimAhead = 16;  // slots: about what a core fetches at a time

}  // namespace

void SplitDeque::init(Span<Slot> slots, uint32_t crowd) {
    WEFT_REQUIRE(is_power_of_two(slots.size()));
    WEFT_REQUIRE(slots.size() >= kLeastSlots && slots.size() <= kMostSlots);
    first_ = slots.begin();
    end_ = slots.end();
    mask_ = uint32_t(slots.size() - 1);
    base_ = 0;
    if constexpr (!kOneCore) crowd_.slots = crowd < slots.size() ? crowd : uint32_t(slots.size());
    head_ = first_;
    lay_floor(first_);
    made_ = first_;
    // Relaxed: whoever learns of this deque does so by a release of the caller's.
    ends_.store_relaxed(0);
    // Relaxed: as above.
    limit_.store_relaxed(first_);
}

// Private slots below the end of the array and after it, head having gone round: only those after
// it can be reached by stepping down.
void SplitDeque::set_floor() {
    const uint32_t here = position(head_);
    const uint32_t own = private_count();
    lay_floor(own <= here ? head_ - own : first_);
}

void SplitDeque::lay_floor(Slot* floor) {
    floor_ = floor;
    if constexpr (kOneCore) return;
    crowd_.at = uint32_t(end_ - floor) > crowd_.slots ? floor + crowd_.slots : end_ + 1;
}

// Undoes a wrap: head back to the end of the array, where private slots are.
void SplitDeque::unwrap() {
    head_ = end_;
    move_limit(end_);  // the next push makes room, and goes round again
    set_floor();
}

// Others wrote last to what is looked at here: all of it comes at a time, not one line after
// another.
void SplitDeque::bring_near(uint32_t from, uint32_t count) const {
    for (; count > 0; count--)
        __builtin_prefetch(&first_[from++ & mask_], 1);
}

// Moves base over what thieves have left.
void SplitDeque::reclaim() {
    // Relaxed: what has been claimed stays claimed.
    const uint32_t tail = tail_of(ends_.load_relaxed());
    const uint32_t claimed = (tail - base_) & mask_;
    if (!kOneCore) bring_near(base_, claimed < kReclaimAhead ? claimed : kReclaimAhead);
    // Acquire: the slot's last reader is done. Pairs with the release stores of SlotState::left.
    while (base_ != tail && first_[base_].state.load_acquire() == SlotState::left) {
        // Relaxed: it holds nothing now, and only this worker sees it.
        first_[base_].state.store_relaxed(SlotState::queued);
        base_ = (base_ + 1) & mask_;
    }
}

void SplitDeque::mark(uint32_t from, uint32_t count) {
    for (; count > 0; count--) {
        Slot& slot = first_[--from & mask_];
        if (disturbed(&slot)) return;
        slot.type = marked_type(slot.type, kDisturbed);
    }
}

void SplitDeque::disturb_all() {
    mark(position(head_), private_count());
}

// By a swap: a request is forgotten by nobody but who answers it. A thief asks once and sleeps.
void SplitDeque::move_limit(Slot* to) {
    // Relaxed: the swap decides.
    Slot* seen = limit_.load_relaxed();
    if (kOneCore)
        // Relaxed: nobody else is here.
        limit_.store_relaxed(to);
    else if (seen != nullptr)
        // Relaxed: the limit carries no data.
        (void)limit_.cas_strong_relaxed(seen, to);
}

Slot* SplitDeque::make_room() {
    reclaim();
    const uint32_t free = free_slots();
    if (free == 0 || port::tool_refuses(port::Room::deque)) return nullptr;
    if (head_ == end_) {
        disturb();  // what lies before the end is no plain step down any more
        head_ = first_;
        lay_floor(first_);
    }
    const uint32_t ahead = uint32_t(end_ - head_);
    Slot* const room = make_slots(head_ + (free < ahead ? free : ahead));
    Slot* const look = head_ < crowd_.at ? crowd_.at : head_ + 1;
    move_limit(kOneCore || room < look ? room : look);
    return head_;
}

// A few at a time, on the first way round: a large deque costs no more memory than is used of it.
Slot* SplitDeque::make_slots(Slot* to) {
    if (to <= made_) return to;
    Slot* const enough = uint32_t(to - made_) < kMakeSlots ? to : made_ + kMakeSlots;
    for (; made_ != enough; made_++)
        construct_at<Slot>(made_);
    return enough;
}

bool SplitDeque::share(uint32_t keep) {
    if constexpr (kOneCore) return false;
    const uint32_t own = private_count();
    if (own <= keep) return false;
    const uint32_t split = (position(head_) - keep) & mask_;
    mark(split, own - keep);
    // Relaxed: the swap decides.
    uint32_t seen = ends_.load_relaxed();
    // Release: publishes the slots below split. Pairs with the acquire in claim().
    while (!ends_.cas_weak_release(seen, ends_at(tail_of(seen), split))) {
    }
    set_floor();
    // Relaxed: answers the request; the next push at head or above finds out how much room there
    // is.
    if (asked()) limit_.store_relaxed(head_);
    return true;
}

// Fails if a thief has claimed the slot at `to` by then.
bool SplitDeque::lower_split(uint32_t to) {
    if constexpr (kOneCore) return false;
    // Relaxed: the swap decides.
    uint32_t seen = ends_.load_relaxed();
    do {
        const uint32_t tail = tail_of(seen);
        const uint32_t shared = (split_of(seen) - tail) & mask_;
        if (((to - tail) & mask_) >= shared) return false;
        // Relaxed: the slots are this worker's own writing.
    } while (!ends_.cas_weak_relaxed(seen, ends_at(tail_of(seen), to)));
    set_floor();
    return true;
}

bool SplitDeque::unshare_half() {
    if constexpr (kOneCore) return false;
    for (;;) {
        // Relaxed: lower_split() looks again.
        const uint32_t ends = ends_.load_relaxed();
        const uint32_t shared = (split_of(ends) - tail_of(ends)) & mask_;
        if (shared == 0) return false;
        if (lower_split((tail_of(ends) + shared / 2) & mask_)) return true;
    }
}

bool SplitDeque::retrieve() {
    if (head_ != floor_) return true;
    if (private_count() == 0 && !unshare_half()) return false;
    if (head_ == floor_) unwrap();
    return true;
}

Slot* SplitDeque::pop_job() {
    while (retrieve()) {
        Slot* const at = head_ - 1;
        if (type_of(*at).fork == nullptr) return head_ = at;
        if (!drop_hole()) return nullptr;
    }
    return nullptr;
}

// Only forks leave holes.
bool SplitDeque::drop_hole() {
    Slot* const at = head_ - 1;
    // Acquire: its parent is done with it. Pairs with the release in recall().
    if (type_of(*at).fork == nullptr || at->state.load_acquire() != SlotState::hole) return false;
    // Relaxed: it holds nothing now, and only this worker sees it.
    at->state.store_relaxed(SlotState::queued);
    head_ = at;
    return true;
}

bool SplitDeque::take_back(Slot* fork) {
    const uint32_t at = position(fork);
    // Relaxed: this worker moves split; what thieves claim meanwhile, lower_split() finds out.
    const uint32_t split = split_of(ends_.load_relaxed());
    const uint32_t own = (position(head_) - split) & mask_;
    if (((at - split) & mask_) >= own && !lower_split(at)) return false;
    if (head_ == first_ && fork == end_ - 1) unwrap();
    if (head_ - 1 == fork)
        head_ = fork;
    else
        // Relaxed: published by share(), should thieves come to it.
        fork->state.store_relaxed(SlotState::hole);
    return true;
}

bool SplitDeque::start(Slot* fork) {
    SlotState seen = SlotState::queued;
    // Acquire: if it is a hole, its parent is done with it. Pairs with the release in recall().
    if (fork->state.cas_strong_acquire(seen, SlotState::started)) return true;
    // Release: the slot may be reused. Pairs with the acquire in reclaim().
    fork->state.store_release(SlotState::left);
    return false;
}

bool SplitDeque::recall(Slot* fork) {
    // Relaxed: the swap decides, and takes the line from nobody who runs the fork.
    SlotState seen = fork->state.load_relaxed();
    if (seen != SlotState::queued) return false;
    // Release: the parent touches the slot no more. Pairs with the acquire in start(), leave_hole()
    // and drop_hole().
    return fork->state.cas_strong_release(seen, SlotState::hole);
}

Slot* SplitDeque::claim(bool* raced) {
    if constexpr (kOneCore) return take_oldest();
    // Relaxed: the swap decides.
    uint32_t seen = ends_.load_relaxed();
    const uint32_t tail = tail_of(seen);
    if (tail == split_of(seen)) return nullptr;
    const uint32_t next = ends_at((tail + 1) & mask_, split_of(seen));
    // Acquire: the slot is as its owner pushed it. Pairs with the release in share(), through the
    // swaps of other thieves in between.
    if (ends_.cas_strong_acquire(seen, next)) return first_ + tail;
    if (raced != nullptr) *raced = true;
    return nullptr;
}

uint32_t SplitDeque::claim_half(uint32_t most, uint32_t* first) {
    // Relaxed: the swap decides.
    uint32_t seen = ends_.load_relaxed();
    *first = tail_of(seen);
    const uint32_t half = ((split_of(seen) - *first) & mask_) / 2;
    const uint32_t count = half < most ? half : most;
    if (count == 0) return 0;
    const uint32_t next = ends_at((*first + count) & mask_, split_of(seen));
    // Acquire: as in claim(). Pairs with the release in share().
    if (!ends_.cas_strong_acquire(seen, next)) return 0;
    bring_near(*first, count);
    return count;
}

uint32_t SplitDeque::room() const {
    const Slot* const end = made_ < end_ ? made_ : end_;
    const uint32_t ahead = head_ < end ? uint32_t(end - head_) : 0;
    const uint32_t free = free_slots();
    return free < ahead ? free : ahead;
}

// By the only worker: nothing is ever shared.
Slot* SplitDeque::take_oldest() {
    if (count() == 0) return nullptr;
    // Relaxed: nobody else is here.
    const uint32_t tail = tail_of(ends_.load_relaxed());
    const uint32_t next = (tail + 1) & mask_;
    // Relaxed: as above.
    ends_.store_relaxed(ends_at(next, next));
    set_floor();
    return first_ + tail;
}

bool SplitDeque::invariants_hold() const {
    // Relaxed: for quiet moments.
    const uint32_t ends = ends_.load_relaxed();
    const uint32_t used = (position(head_) - base_) & mask_;
    const uint32_t claimed = (tail_of(ends) - base_) & mask_;
    const uint32_t shared = (split_of(ends) - tail_of(ends)) & mask_;
    const uint32_t own = private_count();
    return head_ >= first_ && head_ <= end_ && floor_ <= head_ && claimed + shared + own == used &&
           uint32_t(head_ - floor_) <= own;
}

}  // namespace weft
