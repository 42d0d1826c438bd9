// place.hpp - constructs an object in memory that is already there; a bare toolchain has no <new>
// SPDX-License-Identifier: MIT
#pragma once
#include <stddef.h>

#include <weft/base/meta.hpp>
#include <weft/base/small_code.hpp>

namespace weft {

// Tags the placement operator, so that it meets no other program's operator new.
struct At {
    void* memory;
};

}  // namespace weft

// Not noexcept: that would say that it may be null, and each use would look.
inline void* operator new(size_t, weft::At at) {
    return at.memory;
}
inline void operator delete(void*, weft::At) noexcept {}

namespace weft {

// The memory must hold sizeof(T) bytes at alignof(T).
template <class T, class... Arguments>
T* construct_at(void* memory, Arguments&&... arguments) {
    return new (At{memory}) T(forward<Arguments>(arguments)...);
}

// Of a type whose first state is zeros in all members. Small builds make it as such: a
// constructor's stores are more code. `behind`: so many bytes after it begin as zeros, too.
template <class T>
T* construct_zeros_at(void* memory, [[maybe_unused]] size_t behind = 0) {
    if constexpr (!kSmallCode) return construct_at<T>(memory);
    return static_cast<T*>(__builtin_memset(memory, 0, sizeof(T) + behind));
}

template <class T>
void destroy_at(T* object) {
    object->~T();
}

// A static object that lasts as long as the machine runs: nobody destroys it, and so what its
// destructor would call is not linked.
template <class T>
union Lasting {
    T object;

    constexpr Lasting() : object() {}
    ~Lasting() {}
};

}  // namespace weft
