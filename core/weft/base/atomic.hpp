// atomic.hpp - atomics whose every operation names its order; there is no default
// SPDX-License-Identifier: MIT
//
// An operation's order stands in its name, and the line above it says what it pairs with
// (tools/check/orders.py rejects one that does not):
//
//     // Release: publishes node->next. Pairs with the acquire exchange in take_all().
//     } while (!head_.cas_weak_release(seen, node));
//
// Values are 4 bytes or one pointer: what every target does without a library call. Where the ISA
// has no compare-and-swap, read-modify-writes loop over the port's (atomic_ops.hpp).
#pragma once
#include <weft/base/atomic_ops.hpp>
#include <weft/base/meta.hpp>

namespace weft {

// A failed compare-and-swap only reads: it keeps the acquire half of the order.
constexpr int failure_order(int order) {
    return order == __ATOMIC_ACQ_REL || order == __ATOMIC_ACQUIRE ? __ATOMIC_ACQUIRE
                                                                  : __ATOMIC_RELAXED;
}

template <class T, class Ops = NativeOrEmulated>
class Atomic {
    static_assert(sizeof(T) == 4 || sizeof(T) == sizeof(void*),
                  "Atomic: 4 bytes or a pointer; other sizes become library calls on some targets");
    static_assert(kPlainBytes<T>, "Atomic: a value of plain bytes");

 public:
    constexpr Atomic() : value_{} {}
    constexpr explicit Atomic(T value) : value_(value) {}
    Atomic(const Atomic&) = delete;
    Atomic& operator=(const Atomic&) = delete;

    T load_relaxed() const { return Ops::template load<__ATOMIC_RELAXED>(&value_); }
    T load_acquire() const { return Ops::template load<__ATOMIC_ACQUIRE>(&value_); }
    void store_relaxed(T value) { Ops::template store<__ATOMIC_RELAXED>(&value_, value); }
    void store_release(T value) { Ops::template store<__ATOMIC_RELEASE>(&value_, value); }

    // For a value that one core writes, and others read: no read-modify-write between cores.
    // True: it went over the top.
    WEFT_ALWAYS_INLINE bool add_alone_relaxed(T value) {
        static_assert(sizeof(T) == sizeof(uintptr_t) && T(-1) > T(0), "Atomic: a word is added to");
        using Word __attribute__((may_alias)) = uintptr_t;
        return port::add_alone(reinterpret_cast<Word*>(&value_), value);
    }

// Each operation in the four orders; `seen` receives what was there when a swap is refused. The
// weak form may fail although the value matched: for loops.
#define WEFT_ATOMIC_ORDER(suffix, order)                                                    \
    T exchange_##suffix(T value) {                                                          \
        return Ops::template exchange<order>(&value_, value);                               \
    }                                                                                       \
    bool cas_weak_##suffix(T& seen, T value) {                                              \
        return Ops::template cas<order, failure_order(order), true>(&value_, seen, value);  \
    }                                                                                       \
    bool cas_strong_##suffix(T& seen, T value) {                                            \
        return Ops::template cas<order, failure_order(order), false>(&value_, seen, value); \
    }                                                                                       \
    T fetch_add_##suffix(T value) {                                                         \
        return Ops::template fetch_add<order>(&value_, value);                              \
    }                                                                                       \
    T fetch_sub_##suffix(T value) {                                                         \
        return Ops::template fetch_sub<order>(&value_, value);                              \
    }                                                                                       \
    T fetch_or_##suffix(T value) {                                                          \
        return Ops::template fetch_or<order>(&value_, value);                               \
    }                                                                                       \
    T fetch_and_##suffix(T value) {                                                         \
        return Ops::template fetch_and<order>(&value_, value);                              \
    }

    WEFT_ATOMIC_ORDER(relaxed, __ATOMIC_RELAXED)
    WEFT_ATOMIC_ORDER(acquire, __ATOMIC_ACQUIRE)
    WEFT_ATOMIC_ORDER(release, __ATOMIC_RELEASE)
    WEFT_ATOMIC_ORDER(acq_rel, __ATOMIC_ACQ_REL)
#undef WEFT_ATOMIC_ORDER

 private:
    T value_;
};

template <int kOrder>
WEFT_ALWAYS_INLINE void fence_of() {
    kOneCore ? __atomic_signal_fence(kOrder) : __atomic_thread_fence(kOrder);
}
inline void fence_acquire() {
    fence_of<__ATOMIC_ACQUIRE>();
}
inline void fence_release() {
    fence_of<__ATOMIC_RELEASE>();
}
// The only way to order a store before a later load. Dear: say at the call why nothing less serves.
inline void fence_seq_cst() {
    fence_of<__ATOMIC_SEQ_CST>();
}

}  // namespace weft
