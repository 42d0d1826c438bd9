// object_kit.hpp - an object arena on static memory, for tests
// SPDX-License-Identifier: MIT
#pragma once
#include <unit/unit.hpp>
#include <weft/memory/object_handles.hpp>

namespace object_kit {

using namespace weft;

constexpr size_t kHeapAlign = 4096;

// A heap with notes over kBytes, and an arena on it. The test's thread is the owner.
template <size_t kBytes>
struct Kit {
    explicit Kit(const ObjectArenaConfig& config) {
        port::set_current_worker(this);
        EXPECT_OK(heap.init({memory, sizeof memory}, 256, kHeapAlign));
        provider.init({&heap, 1}, NodePolicy::own_only);
        EXPECT_OK(arena.init(provider, 0, config));
        all_free = heap.figures().free;
    }
    ~Kit() {
        arena.reset();
        EXPECT_EQ(heap.figures().free, all_free);
        port::set_current_worker(nullptr);
    }
    ObjectArena* operator->() { return &arena; }
    ObjectFigures figures() const { return arena.figures(); }

    alignas(kHeapAlign) static inline unsigned char memory[kBytes];
    ChunkHeap heap;
    ChunkProvider provider;
    ObjectArena arena;
    size_t all_free = 0;
};

constexpr ObjectArenaConfig kSmall = {1024, 4096};
using SmallKit = Kit<64 * 1024>;

inline uint32_t drops;
inline void count_drop(void*) {
    drops++;
}

constexpr TypeInfo plain(size_t size, size_t alignment = 8) {
    return {size, alignment, 1, nullptr, relocate_plain};
}
constexpr TypeInfo counted(size_t size) {
    return {size, 8, 2, count_drop, relocate_plain};
}

// Every byte near both ends, and one in 32 between: the model would spend its time here otherwise.
inline size_t next_marked(size_t i, size_t size) {
    return i < 32 || i + 64 > size ? i + 1 : i + 32;
}
inline void fill(void* object, size_t size, unsigned char mark) {
    unsigned char* bytes = static_cast<unsigned char*>(object);
    for (size_t i = 0; i < size; i = next_marked(i, size))
        bytes[i] = mark;
}
inline bool is_filled(const void* object, size_t size, unsigned char mark) {
    const unsigned char* bytes = static_cast<const unsigned char*>(object);
    for (size_t i = 0; i < size; i = next_marked(i, size))
        if (bytes[i] != mark) return false;
    return true;
}

}  // namespace object_kit
