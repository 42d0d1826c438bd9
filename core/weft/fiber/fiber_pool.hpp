// fiber_pool.hpp - the fibers of one worker, in two stack classes, made from fixed memory
// SPDX-License-Identifier: MIT
//
//   bare --make--> pooled --acquire--> in use --release--> pooled --trim--> bare
//
// A fiber is made once (guard page, paint, prefault, context) and then reused as it is: its
// function returned into a loop that waits for the next. Growth goes one fiber at a time, up to the
// configured limit; trim gives the pages of idle stacks back. One thread at a time may call.
// Bounds: acquire and release are O(1), except that an acquire from an empty pool makes one fiber.
#pragma once
#include <weft/base/list.hpp>
#include <weft/base/status.hpp>
#include <weft/config/storage.hpp>
#include <weft/fiber/fiber.hpp>

namespace weft {

struct FiberFigures {
    uint32_t made;  // fibers with a stack: pooled and in use
    uint32_t in_use;
    uint32_t peak_in_use;
    uint32_t limit;
    uintptr_t acquired;   // successful calls
    uintptr_t exhausted;  // refused: every fiber in use, at the limit
    uintptr_t not_made;   // refused: the machine gave no guard page or no memory
    uintptr_t grown;      // made after init
    uintptr_t trimmed;
};

// What a pool keeps of a StackLane where stacks have no guard and no colour, and what it counts
// where fibers are few.
struct LeastStackLane {
    LeastStackLane() = default;
    LeastStackLane(const StackLane& lane)
        : offset(lane.offset),
          stack_bytes(lane.stack_bytes),
          stride(lane.stride),
          count(lane.count) {}

    size_t offset;
    size_t stack_bytes;
    size_t stride;
    uint32_t count;
    static constexpr size_t guard_bytes = 0, colour_bytes = 0;
};
struct FewFibers {
    uint16_t made, in_use, peak_in_use, grown, trimmed, not_made;
    uintptr_t acquired, exhausted;
};

class FiberPool {
 public:
    FiberPool() = default;
    FiberPool(const FiberPool&) = delete;
    FiberPool& operator=(const FiberPool&) = delete;

    // `part` is one worker's part of the storage; every made fiber starts in `entry` with `owner`
    // in its info and `home` in itself. Statuses: those of check_storage(), switch_refused,
    // guard_refused, out_of_memory.
    Status init(const Config& config, Bytes part, port::ContextEntry entry, void* owner,
                uint16_t home = 0);
    // The same for who has checked the storage; makes no fiber yet. Statuses: switch_refused.
    Status open(const StoragePlan& plan, unsigned char* part, port::ContextEntry entry, void* owner,
                uint16_t home);

    // Takes guards away and forgets all fibers. Panics if one is in use.
    void shutdown();
    // The same, whatever fibers are suspended: their stacks are never unwound.
    void abandon();

    // A fiber with an empty closure and null fiber-locals, or null: then figures() says why.
    WEFT_ALWAYS_INLINE Fiber* acquire(StackClass stack_class) {
        Lane& lane = lane_of(stack_class);
        if (port::tool_refuses(port::Room::fiber)) {
            lane.figures.exhausted++;
            return nullptr;
        }
        if (__builtin_expect(lane.pooled.empty(), 0) && !grow_for_acquire(lane)) return nullptr;
        Fiber* const fiber = lane.pooled.pop_front();
        if (__builtin_expect(fiber->has_locals, 0)) clear_locals(fiber);
        fiber->state = FiberState::runnable;
        lane.figures.acquired++;
        if (++lane.figures.in_use > lane.figures.peak_in_use)
            lane.figures.peak_in_use = lane.figures.in_use;
        return fiber;
    }
    // The fiber must have come from this pool, and must run no more.
    void release(Fiber* fiber);
    // The same, by who knows it.
    WEFT_FAST_INLINE void put_back(Fiber* fiber) {
        Lane& lane = lane_of(fiber->stack_class);
        fiber->state = FiberState::pooled;
        lane.figures.in_use--;
        lane.pooled.push_front(fiber);  // last in, first out: its stack is still in the cache
    }

    // For idle moments. grow_one: ok, exhausted (at the limit), guard_refused, out_of_memory.
    Status grow_one(StackClass stack_class) { return make(lane_of(stack_class)); }
    // Keeps `keep` pooled fibers and gives the stacks of the others back; returns how many.
    uint32_t trim(StackClass stack_class, uint32_t keep);

    FiberFigures figures(StackClass stack_class) const;
    bool all_in_use(StackClass stack_class) const { return lane_of(stack_class).pooled.empty(); }
    uint32_t spare(StackClass stack_class) const {  // made, and not in use
        return lane_of(stack_class).figures.made - lane_of(stack_class).figures.in_use;
    }
    uint32_t in_use() const { return lanes_[0].figures.in_use + lanes_[1].figures.in_use; }

    // The fiber whose stack or guard page holds this address, or null. Any context.
    const Fiber* owner_of(uintptr_t address) const;
    bool in_guard(const Fiber& fiber, uintptr_t address) const;
    bool painted() const { return paint_; }

    // Every fiber that was ever made, in memory order. By the owner, or a look that may be late.
    template <class Visit>
    void for_each_made(Visit visit) const {
        for (const Lane& lane : lanes_)
            for (uint32_t i = 0; i < lane.ever_made; i++)
                visit(*fiber_at(lane.first + i));
    }
    // Whether lists, counts and states agree. For tests and field checks; walks everything.
    bool invariants_hold() const;

 private:
    static constexpr bool kPlainStacks = !kPaged && port::kColourLines == 1;
    using Place = Conditional<kPlainStacks, LeastStackLane, StackLane>::Type;
    using Index = Conditional<kLeastCode, uint16_t, uint32_t>::Type;
    struct Lane {
        Place place;
        Index first;      // index of the lane's first fiber
        Index ever_made;  // fibers [0, ever_made) of the lane were made at some time
        Chain<Fiber, &Fiber::next> pooled;
        Chain<Fiber, &Fiber::next> bare;  // trimmed ones
        Conditional<kLeastCode, FewFibers, FiberFigures>::Type figures;
    };

    Lane& lane_of(StackClass c) { return lanes_[unsigned(c)]; }
    const Lane& lane_of(StackClass c) const { return lanes_[unsigned(c)]; }
    StackClass class_of(const Lane& lane) const { return StackClass(&lane != lanes_); }
    Fiber* fiber_at(uint32_t index) const;
    bool made_here(const Fiber* fiber) const {
        return reinterpret_cast<uintptr_t>(fiber) - reinterpret_cast<uintptr_t>(part_) <
               size_t(infos_ - part_);
    }
    void clear_locals(Fiber* fiber);
    bool grow_for_acquire(Lane& lane);
    PooledInfo* info_at(uint32_t index) const;
    Bytes slot_of(const Lane& lane, uint32_t index_in_lane) const;
    WEFT_ALWAYS_INLINE Stack stack_in(const Lane& lane, uint32_t index_in_lane) const;
    Status fill(StackClass stack_class, uint32_t count);
    void empty(Lane& lane);
    void forget();
    Status make(Lane& lane);
    Status bring_stack(Bytes slot, const Place& place);
    void unmake(Lane& lane, Fiber* fiber);
    bool lane_agrees(const Lane& lane) const;

    // Of the configuration and its footprint, what is asked for later: a board's RAM is dear.
    unsigned char* part_ = nullptr;  // of the storage: fibers come first
    unsigned char* infos_ = nullptr;
    port::ContextEntry entry_ = nullptr;
    void* owner_ = nullptr;
    Conditional<kOneCore, uint8_t, uint16_t>::Type home_ = 0;
    bool canary_ = false;
    bool paint_ = false;
    bool prefault_ = false;
    Lane lanes_[2] = {};  // small, large
};

}  // namespace weft
