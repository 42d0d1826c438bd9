// frame_memory.cpp - frame allocation beside a bump pointer by hand and beside malloc
// SPDX-License-Identifier: MIT
//
// Sizes 16 to 256 bytes, drawn at run time; a thousand allocations, then all of them go at once
// (one by one with malloc, each right after its allocation, which is malloc at its best).
#include "bench.hpp"

#include <stdlib.h>

namespace bench {
namespace {

using namespace weft;

constexpr uint32_t kBatch = 1000;
constexpr Config kConfig =
    Config().small_fibers(2, 2).large_fibers(0, 0).frame_bytes(1024 * 1024).frames_in_flight(2);

uint16_t sizes[kBatch];

void draw_sizes() {
    uint32_t state = 12345;
    for (uint16_t& size : sizes) {
        state = state * 1664525u + 1013904223u;
        size = uint16_t(16 + (state >> 16) % 241);
    }
}

struct System {
    System() {
        draw_sizes();
        must(storage.map(kConfig) == Status::ok);
        must(frames.init(kConfig, storage.bytes()) == Status::ok);
        must(ring.init(kConfig, storage.bytes()) == Status::ok);
    }
    MappedStorage storage;
    FiberRing ring;
    Frames frames;
};

System& the_system() {
    static System system;
    return system;
}

// The compiler must make each block, and may keep nothing in registers over it.
void use(void* block) {
    asm volatile("" ::"r"(block) : "memory");
}

struct HandBump {
    char* cursor;
    char* end;

    void* allocate(size_t bytes) {
        char* start = cursor;
        if (bytes > size_t(end - start)) return nullptr;
        cursor = start + ((bytes + 15) & ~size_t(15));
        return start;
    }
};

uint64_t hand_bump(uint64_t count) {
    static char memory[kBatch * 256];
    draw_sizes();
    HandBump bump = {memory, memory + sizeof memory};
    const Stopwatch watch;
    for (uint64_t done = 0; done < count; done += kBatch) {
        bump.cursor = memory;
        use(&bump);
        for (uint32_t i = 0; i < kBatch; i++)
            use(bump.allocate(sizes[i]));
    }
    return watch.ns();
}

uint64_t frame_alloc(uint64_t count) {
    Frames& frames = the_system().frames;
    const Stopwatch watch;
    for (uint64_t done = 0; done < count; done += kBatch) {
        const Frame frame = frames.begin().value();
        FrameMemory memory = frames.set().memory(frame, 0);
        for (uint32_t i = 0; i < kBatch; i++)
            use(memory.allocate(sizes[i]));
        frames.end(frame);
    }
    return watch.ns();
}

uint64_t ambient_alloc(uint64_t count) {
    System& system = the_system();
    const Stopwatch watch;
    system.ring.spawn("ambient", [&system, count] {
        for (uint64_t done = 0; done < count; done += kBatch) {
            const Frame frame = system.frames.begin().value();
            for (uint32_t i = 0; i < kBatch; i++)
                use(system.frames.memory_on_ring(frame).allocate(sizes[i]));
            system.frames.end(frame);
        }
    });
    system.ring.run();
    return watch.ns();
}

uint64_t malloc_pairs(uint64_t count) {
    draw_sizes();
    const Stopwatch watch;
    for (uint64_t done = 0; done < count; done += kBatch)
        for (uint32_t i = 0; i < kBatch; i++) {
            void* block = malloc(sizes[i]);
            use(block);
            free(block);
        }
    return watch.ns();
}

uint64_t boundary(uint64_t count) {
    Frames& frames = the_system().frames;
    const Stopwatch watch;
    for (uint64_t i = 0; i < count; i++)
        frames.end(frames.begin().value());
    return watch.ns();
}

constexpr Variant kVariants[] = {
    {"frame.alloc.bump.ns", hand_bump},        {"frame.alloc.ns", frame_alloc},
    {"frame.alloc.ambient.ns", ambient_alloc}, {"frame.alloc.malloc.ns", malloc_pairs},
    {"frame.boundary.ns", boundary},
};

}  // namespace

Span<const Variant> frame_memory() {
    return kVariants;
}

}  // namespace bench
