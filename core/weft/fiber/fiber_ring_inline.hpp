// fiber_ring_inline.hpp - the way to a switch, inlined whole: a call in between costs 8 ns
// SPDX-License-Identifier: MIT
//
// A return after the switch would be predicted from the return stack, which by then holds another
// fiber's addresses. Inlined, there is no return.
#pragma once
#include <weft/base/place.hpp>
#include <weft/fiber/fiber_ring.hpp>

namespace weft {

template <class Function>
Fiber* FiberRing::spawn(const char* name, Function function, StackClass stack_class) {
    static_assert(sizeof(Function) <= kClosureBytes && alignof(Function) <= alignof(void*),
                  "spawn: capture at most four words; capture a pointer to more");
    static_assert(kPlainBytes<Function>, "spawn: capture plain bytes only, or by reference");
    Fiber* fiber = pool_.acquire(stack_class);
    if (fiber == nullptr) return nullptr;
    construct_at<Function>(pooled_info(*fiber).closure, function);
    return launch(
        name, [](void* closure) { (*static_cast<Function*>(closure))(); }, fiber);
}

WEFT_ALWAYS_INLINE void FiberRing::yield_running() {
    Fiber* self = running_;
    Fiber* next = self->next;
    behind_ = self;
    running_ = next;
    switch_fibers(self, next, nullptr);
}

// Takes the running fiber out of the circle; returns whom to switch to.
WEFT_ALWAYS_INLINE Fiber* FiberRing::leave(Fiber* self) {
    Fiber* next = self->next;
    if (__builtin_expect(next == self, 0)) {
        behind_ = nullptr;
        running_ = nullptr;
        return &thread_;
    }
    behind_->next = next;
    running_ = next;
    return next;
}

// Puts a fiber just behind the one that runs: last in the queue.
WEFT_ALWAYS_INLINE void FiberRing::enter(Fiber* fiber) {
    Fiber* behind = behind_;
    behind_ = fiber;
    if (__builtin_expect(behind == nullptr, 0)) {
        fiber->next = fiber;
        running_ = fiber;
    } else {
        fiber->next = running_;
        behind->next = fiber;
    }
}

WEFT_ALWAYS_INLINE void FiberRing::wait_running(WaitList& list) {
    Fiber* self = running_;
    Fiber* next = leave(self);
    self->state = FiberState::waiting;
    list.waiting_.push_back(self);
    switch_fibers(self, next, nullptr);
}

WEFT_ALWAYS_INLINE uint32_t FiberRing::wake_one(WaitList& list) {
    Fiber* fiber = list.waiting_.front();
    if (fiber == nullptr) return 0;
    WEFT_REQUIRE(fiber->info->owner == this);  // it waits on another ring, on another thread
    list.waiting_.pop_front();
    fiber->state = FiberState::runnable;
    enter(fiber);
    return 1;
}

namespace ring {

WEFT_ALWAYS_INLINE void yield() {
    FiberRing* ring = FiberRing::current();
    WEFT_REQUIRE(ring != nullptr);  // not in a fiber
    ring->yield_running();
}

WEFT_ALWAYS_INLINE void wait(WaitList& list) {
    FiberRing* ring = FiberRing::current();
    WEFT_REQUIRE(ring != nullptr);  // not in a fiber
    ring->wait_running(list);
}

WEFT_ALWAYS_INLINE uint32_t wake_one(WaitList& list) {
    FiberRing* ring = FiberRing::current();
    WEFT_REQUIRE(ring != nullptr);  // not in a fiber: use the ring's own wake_one
    return ring->wake_one(list);
}

inline uint32_t wake_all(WaitList& list) {
    FiberRing* ring = FiberRing::current();
    WEFT_REQUIRE(ring != nullptr);  // not in a fiber: use the ring's own wake_all
    return ring->wake_all(list);
}

inline void*& fiber_local(uint32_t slot) {
    FiberRing* ring = FiberRing::current();
    WEFT_REQUIRE(ring != nullptr && slot < kFiberLocals);
    ring->running()->has_locals = true;
    return pooled_info(*ring->running()).locals[slot];
}

}  // namespace ring
}  // namespace weft
