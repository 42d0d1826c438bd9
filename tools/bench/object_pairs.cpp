// object_pairs.cpp - making and releasing a counted object: one at a time, alone, among many
// SPDX-License-Identifier: MIT
#include <weft/memory/object_arena.hpp>

#include "bench.hpp"

namespace bench {
namespace {

using namespace weft;

constexpr size_t kHeapBytes = 8 * 1024 * 1024;
constexpr uint32_t kCrowd = 4096;  // objects alive while others come and go
constexpr TypeInfo kSizes[] = {
    {24, 8, 1, nullptr, nullptr},
    {48, 8, 2, nullptr, nullptr},
    {112, 8, 3, nullptr, nullptr},
    {232, 8, 4, nullptr, nullptr},
};

alignas(4096) unsigned char memory[kHeapBytes];
void* crowd[kCrowd];

struct Arena {
    Arena() {
        port::set_current_worker(this);
        must(heap.init({memory, sizeof memory}, 4096, 4096) == Status::ok);
        provider.init({&heap, 1}, NodePolicy::own_only);
        must(arena.init(provider, 0) == Status::ok);
    }
    ~Arena() {
        arena.reset();
        port::set_current_worker(nullptr);
    }
    ObjectArena* operator->() { return &arena; }

    ChunkHeap heap;
    ChunkProvider provider;
    ObjectArena arena;
};

uint64_t pair(uint64_t count) {
    Arena arena;
    const Stopwatch watch;
    for (uint64_t i = 0; i < count; i++)
        object_decref(arena->allocate(kSizes[1]));
    return watch.ns();
}

// Making alone: an arena is filled, and emptied off the clock.
uint64_t make_only(uint64_t count) {
    constexpr uint64_t kBatch = 32 * 1024;
    Arena arena;
    uint64_t ns = 0;
    for (uint64_t left = count; left != 0;) {
        const uint64_t batch = left < kBatch ? left : kBatch;
        const Stopwatch watch;
        for (uint64_t i = 0; i < batch; i++)
            must(arena->allocate(kSizes[1]) != nullptr);
        ns += watch.ns();
        left -= batch;
        arena->reset();
    }
    return ns;
}

// Releases the oldest of a crowd and makes one of another size in its place.
uint64_t churn(uint64_t count) {
    Arena arena;
    for (uint32_t i = 0; i < kCrowd; i++)
        crowd[i] = arena->allocate(kSizes[i % 4]);
    const Stopwatch watch;
    uint32_t at = 0;
    for (uint64_t i = 0; i < count; i++) {
        at = (at + 1597) % kCrowd;
        object_decref(crowd[at]);
        crowd[at] = arena->allocate(kSizes[(i >> 2) % 4]);
    }
    return watch.ns();
}

uint64_t count_only(uint64_t count) {
    Arena arena;
    void* object = arena->allocate(kSizes[0]);
    const Stopwatch watch;
    for (uint64_t i = 0; i < count; i++) {
        object_incref(object);
        object_decref(object);
    }
    return watch.ns();
}

constexpr Variant kVariants[] = {
    {"object.pair.ns", pair},
    {"object.new.ns", make_only},
    {"object.churn.ns", churn},
    {"object.count.ns", count_only},
};

}  // namespace

Span<const Variant> object_pairs() {
    return kVariants;
}

}  // namespace bench
