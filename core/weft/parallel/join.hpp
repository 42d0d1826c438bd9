// join.hpp - two things at once, at the price of a function call
// SPDX-License-Identifier: MIT
//
//     auto [x, y] = weft::join([=] { return fib(n - 1); }, [=] { return fib(n - 2); });
//
//   push b's copy -> run a here -> b undisturbed? yes: drop it, call b directly, inlined
//                                                 no:  shared, perhaps taken, or others' lie above
//
// Both closures are copied by value: what a closure captures by reference has its address taken and
// cannot stay in registers, which costs more than the deque does. The copy in the deque is for
// thieves; the parent calls its own. Closures and results that are large, or no plain bytes, stay
// on the parent's stack, and only their address goes to the deque (join_apart).
//
// Either may wait, and the parent may go on on another worker: the deque is looked up anew after a.
#pragma once
#include <weft/sched/spawn.hpp>

namespace weft {

struct Nothing {};  // the result of a closure that has none

template <class X, class Y>
struct Joined {
    X first;
    Y second;
};

template <class Function>
WEFT_ALWAYS_INLINE auto call_value(Function& function) {
    if constexpr (kSameType<decltype(function()), void>) {
        function();
        return Nothing{};
    } else {
        return function();
    }
}
template <class Function>
using ValueOf = decltype(call_value(*static_cast<Function*>(nullptr)));

// A fork's closure as it lies in its slot; the result takes its place.
template <class Function>
struct ForkInSlot {
    using Value = ValueOf<Function>;
    static_assert(kFitsJob<Function>,
                  "join: the second closure is plain bytes of at most kJobClosureBytes; capture a "
                  "pointer to more");
    static_assert(kFitsJob<Value>,
                  "join: the second result is plain bytes of at most kJobClosureBytes; write more "
                  "through a pointer");
    static Status run(Job* job, Fate) {
        Function function = *reinterpret_cast<Function*>(job->closure);
        construct_at<Value>(job->closure, call_value(function));
        return Status::ok;
    }
    static constexpr JobType kType = {&run, Worker::run_fork};

    static WEFT_ALWAYS_INLINE void put(Slot* slot, const Function& function) {
        slot->type = &kType;
        construct_at<Function>(slot->closure, function);
    }
    static Value take(Slot* slot) {
        const Value value = *reinterpret_cast<Value*>(slot->closure);
        // Release: the result has been read, the slot may be reused. Pairs with reclaim().
        slot->state.store_release(SlotState::left);
        return value;
    }
};

// A fork that was disturbed: true if it was taken back and the caller must run it, false when its
// result is there. Stays on this worker for a moment before it sleeps.
bool fetch_fork(Slot* slot);

// What the parent does once its fork was disturbed.
template <class Function>
__attribute__((noinline)) ValueOf<Function> join_rest(Slot* slot, Function second) {
    if (fetch_fork(slot)) return call_value(second);
    return ForkInSlot<Function>::take(slot);
}

template <class First, class Second>
WEFT_ALWAYS_INLINE Joined<ValueOf<First>, ValueOf<Second>> join_pushed(Slot* slot, First first,
                                                                       Second second) {
    auto x = call_value(first);
    if (__builtin_expect(Lane::undisturbed(slot, &ForkInSlot<Second>::kType), 1)) {
        Lane::current()->pop(slot);
        return {move(x), call_value(second)};
    }
    return {move(x), join_rest(slot, second)};
}

// The deque is full, has to go round, or a thief waits for something to be shared; or this is no
// job.
template <class First, class Second>
__attribute__((noinline)) Joined<ValueOf<First>, ValueOf<Second>> join_slow(First first,
                                                                            Second second) {
    Lane& lane = lane_here();
    Slot* const slot = lane.make_room();
    if (slot == nullptr) {
        auto x = call_value(first);
        return {move(x), call_value(second)};
    }
    ForkInSlot<Second>::put(slot, second);
    lane.push_fork(slot);
    lane.worker->forked_slowly(lane);
    return join_pushed(slot, first, second);
}

template <class First, class Second>
WEFT_ALWAYS_INLINE Joined<ValueOf<First>, ValueOf<Second>> join_in_slot(First first,
                                                                        Second second) {
    Lane& lane = *Lane::current();
    Slot* const slot = lane.next();
    if (__builtin_expect(!lane.has_room(slot), 0)) return join_slow(first, second);
    ForkInSlot<Second>::put(slot, second);
    lane.push_fork(slot);
    return join_pushed(slot, first, second);
}

// Room for a result that a thief may make.
template <class Value>
struct ResultRoom {
    alignas(Value) unsigned char bytes[sizeof(Value)];

    // Once, after the result was made.
    Value take() {
        Value* const made = reinterpret_cast<Value*>(bytes);
        Value value = move(*made);
        destroy_at(made);
        return value;
    }
};

// The parent does not return before both are over, so its stack holds what they need.
template <class First, class Second>
Joined<ValueOf<First>, ValueOf<Second>> join_apart(First& first, Second& second) {
    using Value = ValueOf<Second>;
    ResultRoom<Value> room;
    auto [x, nothing] =
        join_in_slot([&first] { return call_value(first); },
                     [&second, &room] { construct_at<Value>(room.bytes, call_value(second)); });
    static_cast<void>(nothing);
    return {move(x), room.take()};
}

// Whether the fork's slot holds all that it needs; what stays with the parent is copied about.
template <class First, class Second>
constexpr bool joins_in_slot() {
    return kPlainBytes<First> && kFitsJob<Second> && kFitsJob<ValueOf<Second>>;
}

template <class First, class Second>
WEFT_ALWAYS_INLINE Joined<ValueOf<First>, ValueOf<Second>> join(First first, Second second) {
    if constexpr (joins_in_slot<First, Second>())
        return join_in_slot(first, second);
    else
        return join_apart(first, second);
}

}  // namespace weft
