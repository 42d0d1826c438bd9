// meta.hpp - the few type tools that templates here need; a bare toolchain has no <type_traits>
// SPDX-License-Identifier: MIT
#pragma once

namespace weft {

template <class T>
struct RemoveReference {
    using Type = T;
};
template <class T>
struct RemoveReference<T&> {
    using Type = T;
};
template <class T>
struct RemoveReference<T&&> {
    using Type = T;
};

template <class T>
constexpr typename RemoveReference<T>::Type&& move(T&& value) {
    return static_cast<typename RemoveReference<T>::Type&&>(value);
}

template <class T>
constexpr T&& forward(typename RemoveReference<T>::Type& value) {
    return static_cast<T&&>(value);
}

template <class T>
struct RemoveConst {
    using Type = T;
};
template <class T>
struct RemoveConst<const T> {
    using Type = T;
};
// What a value of this type is kept as.
template <class T>
using ValueType = typename RemoveConst<typename RemoveReference<T>::Type>::Type;

template <class A, class B>
inline constexpr bool kSameType = false;
template <class A>
inline constexpr bool kSameType<A, A> = true;

template <bool kFirst, class A, class B>
struct Conditional {
    using Type = A;
};
template <class A, class B>
struct Conditional<false, A, B> {
    using Type = B;
};

// A T for decltype only: never defined.
template <class T>
T&& declared();

template <class...>
using Void = void;

template <class Enable, class Function, class... Arguments>
inline constexpr bool kCallableHelp = false;
template <class Function, class... Arguments>
inline constexpr bool kCallableHelp<Void<decltype(declared<Function&>()(declared<Arguments>()...))>,
                                    Function, Arguments...> = true;

template <class Function, class... Arguments>
inline constexpr bool kCallable = kCallableHelp<void, Function, Arguments...>;

// Copied by copying bytes, and dropped without a destructor.
template <class T>
inline constexpr bool kPlainBytes = __is_trivially_copyable(T);

}  // namespace weft
