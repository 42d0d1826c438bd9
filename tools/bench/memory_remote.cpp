// memory_remote.cpp - one worker allocates, another frees: what a block's way home costs
// SPDX-License-Identifier: MIT
//
// A ring of pointers carries the blocks over; both workers are pinned, each to its own CPU if there
// are two. The ring alone is measured as well: it is most of the time. Every run counts that all
// blocks came home.
#include <sched.h>
#include <stdlib.h>

#include "bench.hpp"

namespace bench {
namespace {

using namespace weft;

constexpr uint32_t kSlots = 1024;
constexpr uint32_t kHand = 32;  // objects that the ring hands over at a time

struct Ring {
    void* slots[kSlots];
    alignas(64) Atomic<uint32_t> written;
    alignas(64) Atomic<uint32_t> read;
};

Ring ring;
uint32_t total;
Pool allocating, freeing;
char something;

template <class Done>
void wait_until(Done done) {
    for (uint32_t spins = 0; !done(); spins++)
        spins % 1024 == 1023 ? void(sched_yield()) : port::cpu_relax();
}

struct Pools {
    static void* take(size_t bytes) { return allocating.allocate(bytes); }
    static void give(void* block) { freeing.free(block); }
};
struct Malloc {
    static void* take(size_t bytes) { return malloc(bytes); }
    static void give(void* block) { ::free(block); }
};
struct Nothing {
    static void* take(size_t) { return &something; }
    static void give(void*) {}
};

template <class Allocator>
void consume(void*) {
    for (uint32_t at = 0; at != total; at += kHand) {
        wait_until([at] { return ring.written.load_acquire() != at; });
        for (uint32_t i = at; i < at + kHand; i++)
            Allocator::give(ring.slots[i % kSlots]);
        ring.read.store_release(at + kHand);
    }
    freeing.flush();
}

template <class Allocator>
void produce() {
    for (uint32_t at = 0; at != total; at += kHand) {
        wait_until([at] { return at - ring.read.load_acquire() <= kSlots - kHand; });
        for (uint32_t i = at; i < at + kHand; i++) {
            void* block = Allocator::take(16 + (i * 37) % 241);
            must(block != nullptr);
            ring.slots[i % kSlots] = block;
        }
        ring.written.store_release(at + kHand);
    }
}

template <class Allocator>
uint64_t carry(uint64_t count) {
    const uint32_t other = port::core_count() > 1 ? 1 : 0;
    total = uint32_t((count + kHand - 1) / kHand * kHand);
    ring.written.store_relaxed(0);
    ring.read.store_relaxed(0);
    const Stopwatch watch;
    must(port::start_core(other, true, consume<Allocator>, nullptr));
    produce<Allocator>();
    port::join_core(other);
    return watch.ns() * count / total;
}

// Nothing lost: every object that went out came back, by the other's batches.
uint64_t remote(uint64_t count) {
    constexpr size_t kSlabBytes = 64 * 1024;
    must(allocating.init(bench_provider(), 0, kSlabBytes) == Status::ok);
    must(freeing.init(bench_provider(), 0, kSlabBytes) == Status::ok);
    const uintptr_t earlier = allocating.figures().remote_received;
    const uint64_t ns = carry<Pools>(count);
    allocating.collect();
    must(uint32_t(allocating.figures().remote_received - earlier) == total);
    must(allocating.figures().in_use == 0 && allocating.invariants_hold());
    must(freeing.shutdown() == 0 && allocating.shutdown() == 0);
    return ns;
}

constexpr Variant kVariants[] = {
    {"pool.remote.ns", remote},
    {"pool.remote.malloc.ns", carry<Malloc>},
    {"pool.remote.ring.ns", carry<Nothing>},
};

}  // namespace

Span<const Variant> memory_remote() {
    return kVariants;
}

}  // namespace bench
