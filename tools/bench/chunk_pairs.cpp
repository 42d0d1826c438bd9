// chunk_pairs.cpp - taking a chunk and giving it back: the shared heap, and a worker's cache of it
// SPDX-License-Identifier: MIT
//
// A pair is one take and one give of 64 KiB. In the plain rows the chunk's neighbour is out, so
// that the heap neither splits nor merges; `apart` is the heap at its worst, cut down to one chunk
// and merged again in each pair. `shared` has a second worker at the same heap.
#include <sched.h>

#include "bench.hpp"

namespace bench {
namespace {

using namespace weft;

constexpr size_t kChunk = 64 * 1024;
constexpr size_t kBytes = 16 << 20;

struct World {
    World() {
        unsigned char* memory = static_cast<unsigned char*>(port::reserve(kBytes));
        must(memory != nullptr);
        must(heap.init({memory, kBytes}, 4096, kChunk) == Status::ok);
        for (uint32_t i = 0; i < 2; i++) {
            caches[i].init(4096, 1 << 20);
            plain[i].init({&heap, 1}, NodePolicy::own_only);
            cached[i].init({&heap, 1}, NodePolicy::own_only);
            cached[i].set_caches(caches, i, 0);
        }
    }
    ChunkHeap heap;
    ChunkCache caches[2];
    ChunkProvider plain[2], cached[2];
};

World& the_world() {
    static World world;
    return world;
}

uint64_t pairs(ChunkProvider& provider, uint64_t count, bool neighbour) {
    Bytes out[2] = {};
    for (Bytes& chunk : out)
        if (neighbour) chunk = provider.take(0, kChunk);
    if (neighbour) provider.give(out[0]);
    const Stopwatch watch;
    for (uint64_t i = 0; i < count; i++) {
        const Bytes chunk = provider.take(0, kChunk);
        must(chunk.data != nullptr);
        provider.give(chunk);
    }
    const uint64_t ns = watch.ns();
    if (neighbour) provider.give(out[1]);
    provider.trim();
    must(the_world().heap.figures().taken == 0);
    return ns;
}

uint64_t heap(uint64_t count) {
    return pairs(the_world().plain[0], count, true);
}
uint64_t apart(uint64_t count) {
    return pairs(the_world().plain[0], count, false);
}
uint64_t cache(uint64_t count) {
    return pairs(the_world().cached[0], count, true);
}

Atomic<uint32_t> stopped;

void disturb(void* provider) {
    while (stopped.load_relaxed() == 0) {
        const Bytes chunk = static_cast<ChunkProvider*>(provider)->take(0, kChunk);
        static_cast<ChunkProvider*>(provider)->give(chunk);
    }
    static_cast<ChunkProvider*>(provider)->trim();
}

uint64_t beside_another(ChunkProvider* providers, uint64_t count) {
    const uint32_t other = port::core_count() > 1 ? 1 : 0;
    stopped.store_relaxed(0);
    must(port::start_core(other, true, disturb, &providers[1]));
    const Stopwatch watch;
    for (uint64_t i = 0; i < count; i++)
        providers[0].give(providers[0].take(0, kChunk));
    const uint64_t ns = watch.ns();
    stopped.store_relaxed(1);
    port::join_core(other);
    providers[0].trim();
    must(the_world().heap.figures().taken == 0);
    return ns;
}

uint64_t shared_heap(uint64_t count) {
    return beside_another(the_world().plain, count);
}
uint64_t shared_cache(uint64_t count) {
    return beside_another(the_world().cached, count);
}

constexpr Variant kVariants[] = {
    {"chunk.pair.heap.ns", heap},
    {"chunk.pair.apart.heap.ns", apart},
    {"chunk.pair.ns", cache},
    {"chunk.pair.shared.heap.ns", shared_heap},
    {"chunk.pair.shared.ns", shared_cache},
};

}  // namespace

Span<const Variant> chunk_pairs() {
    return kVariants;
}

}  // namespace bench
