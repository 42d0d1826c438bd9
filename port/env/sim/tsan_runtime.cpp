// tsan_runtime.cpp - sim: what instrumented code calls at each access, in place of libtsan
// SPDX-License-Identifier: MIT
//
// The compiler's half is -fsanitize=thread; the names are its ABI. Outside a run the operations are
// done as they are: there is one thread.
#include <string.h>

#include "engine.hpp"

using namespace weft::sim;

namespace {

#define HERE uint32_t(reinterpret_cast<uintptr_t>(__builtin_return_address(0)))

uintptr_t address_of(const volatile void* at) {
    return reinterpret_cast<uintptr_t>(at);
}

inline void look(const volatile void* at, size_t bytes, bool writes, uint32_t place) {
    Engine& all = engine();
    if (all.exploring()) return all.memory.plain(address_of(at), bytes, writes, place);
    if (all.timing()) all.timed.access(address_of(at), bytes, writes, false);
}

template <class T>
T load(const volatile T* at, int order, uint32_t place) {
    Engine& all = engine();
    if (all.exploring()) return T(all.memory.load(address_of(at), sizeof(T), order, place));
    if (all.timing()) all.timed.access(address_of(at), sizeof(T), false, true);
    return *at;
}

template <class T>
void store(volatile T* at, T value, int order, uint32_t place) {
    Engine& all = engine();
    if (all.exploring())
        return all.memory.store(address_of(at), sizeof(T), uint64_t(value), order, place);
    if (all.timing()) all.timed.access(address_of(at), sizeof(T), true, true);
    *at = value;
}

template <class T>
T change(volatile T* at, Change how, T value, int order, uint32_t place) {
    Engine& all = engine();
    if (all.exploring())
        return T(all.memory.change(address_of(at), sizeof(T), how, uint64_t(value), order, place));
    if (all.timing()) all.timed.access(address_of(at), sizeof(T), true, true);
    const T seen = *at;
    switch (how) {
        case Change::exchange:
            *at = value;
            break;
        case Change::add:
            *at = T(seen + value);
            break;
        case Change::subtract:
            *at = T(seen - value);
            break;
        case Change::bit_and:
            *at = T(seen & value);
            break;
        case Change::bit_or:
            *at = T(seen | value);
            break;
        case Change::bit_xor:
            *at = T(seen ^ value);
            break;
    }
    return seen;
}

template <class T>
bool swap(volatile T* at, T* expected, T desired, int order, int failure, bool weak,
          uint32_t place) {
    Engine& all = engine();
    if (all.exploring()) {
        uint64_t seen = uint64_t(*expected);
        const bool swapped = all.memory.compare_exchange(
            address_of(at), sizeof(T), seen, uint64_t(desired), order, failure, weak, place);
        if (!swapped) *expected = T(seen);
        return swapped;
    }
    if (all.timing()) all.timed.access(address_of(at), sizeof(T), true, true);
    const T seen = *at;
    if (seen == *expected) {
        *at = desired;
        return true;
    }
    *expected = seen;
    return false;
}

}  // namespace

extern "C" {

void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_update(void** at, void*) {
    look(at, sizeof(void*), true, HERE);
}
void __tsan_vptr_read(void** at) {
    look(at, sizeof(void*), false, HERE);
}
void __tsan_read_range(void* at, size_t bytes) {
    look(at, bytes, false, HERE);
}
void __tsan_write_range(void* at, size_t bytes) {
    look(at, bytes, true, HERE);
}

#define PLAIN(bytes)                               \
    void __tsan_read##bytes(void* at) {            \
        look(at, bytes, false, HERE);              \
    }                                              \
    void __tsan_write##bytes(void* at) {           \
        look(at, bytes, true, HERE);               \
    }                                              \
    void __tsan_unaligned_read##bytes(void* at) {  \
        look(at, bytes, false, HERE);              \
    }                                              \
    void __tsan_unaligned_write##bytes(void* at) { \
        look(at, bytes, true, HERE);               \
    }                                              \
    void __tsan_volatile_read##bytes(void* at) {   \
        look(at, bytes, false, HERE);              \
    }                                              \
    void __tsan_volatile_write##bytes(void* at) {  \
        look(at, bytes, true, HERE);               \
    }
PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)
PLAIN(16)

#define CHANGE(bits, T, name, how)                                       \
    T __tsan_atomic##bits##_##name(volatile T* at, T value, int order) { \
        return change<T>(at, Change::how, value, order, HERE);           \
    }
#define ATOMIC(bits, T)                                                                        \
    T __tsan_atomic##bits##_load(const volatile T* at, int order) {                            \
        return load<T>(at, order, HERE);                                                       \
    }                                                                                          \
    void __tsan_atomic##bits##_store(volatile T* at, T value, int order) {                     \
        store<T>(at, value, order, HERE);                                                      \
    }                                                                                          \
    CHANGE(bits, T, exchange, exchange)                                                        \
    CHANGE(bits, T, fetch_add, add)                                                            \
    CHANGE(bits, T, fetch_sub, subtract)                                                       \
    CHANGE(bits, T, fetch_and, bit_and)                                                        \
    CHANGE(bits, T, fetch_or, bit_or)                                                          \
    CHANGE(bits, T, fetch_xor, bit_xor)                                                        \
    bool __tsan_atomic##bits##_compare_exchange_strong(volatile T* at, T* expected, T desired, \
                                                       int order, int failure) {               \
        return swap<T>(at, expected, desired, order, failure, false, HERE);                    \
    }                                                                                          \
    bool __tsan_atomic##bits##_compare_exchange_weak(volatile T* at, T* expected, T desired,   \
                                                     int order, int failure) {                 \
        return swap<T>(at, expected, desired, order, failure, true, HERE);                     \
    }
ATOMIC(8, uint8_t)
ATOMIC(16, uint16_t)
ATOMIC(32, uint32_t)
ATOMIC(64, uint64_t)

void __tsan_atomic_thread_fence(int order) {
    Engine& all = engine();
    if (all.exploring()) return all.memory.fence(order, HERE);
    if (all.timing()) all.timed.point();
}
void __tsan_atomic_signal_fence(int) {}

// What env_inline.hpp makes of __builtin_memcpy.
void* weft_sim_copy(void* to, const void* from, size_t bytes) {
    if (bytes != 0) {
        look(from, bytes, false, HERE);
        look(to, bytes, true, HERE);
    }
    return memcpy(to, from, bytes);
}

}  // extern "C"
