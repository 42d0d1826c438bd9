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

// Copied by copying bytes, and dropped without a destructor.
template <class T>
inline constexpr bool kPlainBytes = __is_trivially_copyable(T);

}  // namespace weft
