// atomic_ops.hpp - read-modify-writes: the compiler's, or loops over the port's compare-and-swap
// SPDX-License-Identifier: MIT
//
// NativeOps    one instruction or a short load-reserved loop, by the compiler
// EmulatedOps  the port's compare_and_swap (interrupts masked, or a hardware spinlock), which
//              acquires and releases whatever order was asked for; lock-free only if that is
// MaskedOps    one core without compare-and-swap: interrupts wait while the value changes
//
// With one core, orders are the compiler's alone (one_core.hpp): no barrier is executed.
#pragma once
#include <weft/base/one_core.hpp>

namespace weft {

constexpr int order_here(int order) {
    return kOneCore ? __ATOMIC_RELAXED : order;
}
WEFT_ALWAYS_INLINE void compiler_fence() {
    if constexpr (kOneCore) __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

struct NativeOps {
    template <int kOrder, class T>
    static T load(const T* at) {
        T value;
        __atomic_load(at, &value, order_here(kOrder));
        if constexpr (kOrder != __ATOMIC_RELAXED) compiler_fence();
        return value;
    }
    template <int kOrder, class T>
    static void store(T* at, T value) {
        if constexpr (kOrder != __ATOMIC_RELAXED) compiler_fence();
        __atomic_store(at, &value, order_here(kOrder));
    }
    template <int kOrder, class T>
    static T exchange(T* at, T value) {
        Fenced<kOrder> fenced;
        T seen;
        __atomic_exchange(at, &value, &seen, order_here(kOrder));
        return seen;
    }
    template <int kOrder, int kFailureOrder, bool kWeak, class T>
    static bool cas(T* at, T& seen, T value) {
        Fenced<kOrder> fenced;
        return __atomic_compare_exchange(at, &seen, &value, kWeak, order_here(kOrder),
                                         order_here(kFailureOrder));
    }
    template <int kOrder, class T>
    static T fetch_add(T* at, T value) {
        Fenced<kOrder> fenced;
        return __atomic_fetch_add(at, value, order_here(kOrder));
    }
    template <int kOrder, class T>
    static T fetch_sub(T* at, T value) {
        Fenced<kOrder> fenced;
        return __atomic_fetch_sub(at, value, order_here(kOrder));
    }
    template <int kOrder, class T>
    static T fetch_or(T* at, T value) {
        Fenced<kOrder> fenced;
        return __atomic_fetch_or(at, value, order_here(kOrder));
    }
    template <int kOrder, class T>
    static T fetch_and(T* at, T value) {
        Fenced<kOrder> fenced;
        return __atomic_fetch_and(at, value, order_here(kOrder));
    }

 private:
    // Around an operation whose order only the compiler must keep.
    template <int kOrder>
    struct Fenced {
        Fenced() { fence(); }
        ~Fenced() { fence(); }
        static void fence() {
            if constexpr (kOrder != __ATOMIC_RELAXED) compiler_fence();
        }
    };
};

class EmulatedOps {
    // The port swaps words; the value may be a pointer, an enumerator or a signed number.
    using Half __attribute__((may_alias)) = uint32_t;
    using Word __attribute__((may_alias)) = uintptr_t;

    template <class T>
    static bool swap(T* at, T& seen, T value) {
        if constexpr (sizeof(T) == sizeof(uintptr_t)) {
            return port::compare_and_swap_word(reinterpret_cast<Word*>(at),
                                               reinterpret_cast<Word&>(seen),
                                               reinterpret_cast<Word&>(value));
        } else {
            return port::compare_and_swap_u32(reinterpret_cast<Half*>(at),
                                              reinterpret_cast<Half&>(seen),
                                              reinterpret_cast<Half&>(value));
        }
    }

    // The first guess may be stale: the swap corrects it.
    template <class T, class Change>
    static T change(T* at, Change next) {
        T seen = load<__ATOMIC_RELAXED>(at);
        while (!swap(at, seen, next(seen))) {
        }
        return seen;
    }

 public:
    // An aligned word is read and written whole on every core; compilers for ARMv6-M nevertheless
    // call a library for the builtins. The access is volatile so that it happens once, and a fence
    // stands for the order; ThreadSanitizer, which would take it for a race, is told to look away.
    template <int kOrder, class T>
    __attribute__((no_sanitize("thread"))) static T load(const T* at) {
        const T value = *const_cast<const volatile T*>(at);
        if constexpr (kOrder != __ATOMIC_RELAXED) fence();
        return value;
    }
    template <int kOrder, class T>
    __attribute__((no_sanitize("thread"))) static void store(T* at, T value) {
        if constexpr (kOrder != __ATOMIC_RELAXED) fence();
        *const_cast<volatile T*>(at) = value;
    }
    WEFT_ALWAYS_INLINE static void fence() {
        kOneCore ? __atomic_signal_fence(__ATOMIC_SEQ_CST)
                 : __atomic_thread_fence(__ATOMIC_ACQ_REL);
    }
    template <int, class T>
    static T exchange(T* at, T value) {
        return change(at, [value](T) { return value; });
    }
    template <int, int, bool, class T>
    static bool cas(T* at, T& seen, T value) {
        return swap(at, seen, value);
    }
    template <int, class T>
    static T fetch_add(T* at, T value) {
        return change(at, [value](T seen) { return T(seen + value); });
    }
    template <int, class T>
    static T fetch_sub(T* at, T value) {
        return change(at, [value](T seen) { return T(seen - value); });
    }
    template <int, class T>
    static T fetch_or(T* at, T value) {
        return change(at, [value](T seen) { return T(seen | value); });
    }
    template <int, class T>
    static T fetch_and(T* at, T value) {
        return change(at, [value](T seen) { return T(seen & value); });
    }
};

class MaskedOps : public EmulatedOps {
    template <class T, class Change>
    static T change(T* at, Change next) {
        volatile T* const shared = at;
        const uintptr_t masked = port::mask_interrupts();
        const T seen = *shared;
        *shared = next(seen);
        port::restore_interrupts(masked);
        return seen;
    }

 public:
    template <int, class T>
    static T exchange(T* at, T value) {
        return change(at, [value](T) { return value; });
    }
    template <int, class T>
    static T fetch_add(T* at, T value) {
        return change(at, [value](T seen) { return T(seen + value); });
    }
    template <int, class T>
    static T fetch_sub(T* at, T value) {
        return change(at, [value](T seen) { return T(seen - value); });
    }
    template <int, class T>
    static T fetch_or(T* at, T value) {
        return change(at, [value](T seen) { return T(seen | value); });
    }
    template <int, class T>
    static T fetch_and(T* at, T value) {
        return change(at, [value](T seen) { return T(seen & value); });
    }
};

template <bool kNative, bool kMasked>
struct ChooseOps {
    using Type = NativeOps;
};
template <>
struct ChooseOps<false, false> {
    using Type = EmulatedOps;
};
template <>
struct ChooseOps<false, true> {
    using Type = MaskedOps;
};
using NativeOrEmulated = ChooseOps<port::kNativeCas, kOneCore>::Type;

}  // namespace weft
