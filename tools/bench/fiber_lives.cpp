// fiber_lives.cpp - what a fiber costs besides switching: to use one again, and to make one
// SPDX-License-Identifier: MIT
#include "bench.hpp"

namespace bench {
namespace {

using namespace weft;

constexpr uint32_t kBatch = 64;

FiberRing& idle_ring() {
    static MappedStorage storage;
    static FiberRing ring;
    static const bool ready = storage.map(config_of(kBatch)) == Status::ok &&
                              ring.init(config_of(kBatch), storage.bytes()) == Status::ok;
    must(ready);
    return ring;
}

uint64_t spawn_and_run(uint64_t count, uint32_t batch) {
    FiberRing& ring = idle_ring();
    const Stopwatch watch;
    for (uint64_t done = 0; done < count; done += batch) {
        for (uint32_t i = 0; i < batch; i++)
            ring.spawn("empty", [] {});
        ring.run();
    }
    return watch.ns();
}

// Take from the pool, run an empty function, give back: one by one, and 64 queued at a time.
uint64_t reuse(uint64_t count) {
    return spawn_and_run(count, 1);
}
uint64_t reuse_batch(uint64_t count) {
    return spawn_and_run(count + kBatch - 1, kBatch) * count / (count + kBatch - 1);
}

[[noreturn]] void never_run(port::Context*, void*) {
    WEFT_PANIC("this pool's fibers never run");
}

// Guard page, control block and context: FiberPool::grow_one. Trimming is not timed; stacks are not
// touched, which start.* measures.
uint64_t create(uint64_t count) {
    const Config config = config_of(kBatch).small_fibers(0, kBatch);
    static MappedStorage storage;
    static FiberPool pool;
    static const bool ready = storage.map(config) == Status::ok &&
                              pool.init(config, storage.bytes(), never_run, nullptr) == Status::ok;
    must(ready);
    uint64_t ns = 0;
    for (uint64_t done = 0; done < count; done += kBatch) {
        const Stopwatch watch;
        for (uint32_t i = 0; i < kBatch; i++)
            must(pool.grow_one(StackClass::small) == Status::ok);
        ns += watch.ns();
        pool.trim(StackClass::small, 0);
    }
    const uint64_t made = (count + kBatch - 1) / kBatch * kBatch;
    return ns * count / made;
}

constexpr Variant kVariants[] = {
    {"fiber.reuse.ns", reuse},
    {"fiber.reuse.batch64.ns", reuse_batch},
    {"fiber.create.ns", create},
};

}  // namespace

Span<const Variant> fiber_lives() {
    return kVariants;
}

}  // namespace bench
