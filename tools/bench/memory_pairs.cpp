// memory_pairs.cpp - allocation on one worker: pairs, and a thousand at a time, against peers
// SPDX-License-Identifier: MIT
//
// Sizes are drawn at random from 16 to 256 bytes before the clock runs. A pair is an allocation and
// the free of the same block; `thousand` allocates 1,000 and frees them in that order; `shuffled`
// also writes each block and frees them in another order.
#include <dlfcn.h>
#include <stdlib.h>

#include "bench.hpp"

namespace bench {
namespace {

using namespace weft;

constexpr uint32_t kMany = 1000;
constexpr size_t kSlabBytes = 64 * 1024;

uint16_t sizes[kMany];
uint16_t order[kMany];

void draw() {
    if (sizes[0] != 0) return;
    uint32_t state = 12345;
    for (uint32_t i = 0; i < kMany; i++) {
        state = state * 1664525 + 1013904223;
        sizes[i] = uint16_t(16 + (state >> 16) % 241);
        order[i] = uint16_t(i * kScatter % kMany);
    }
}

// The pool as a worker uses it.
class Ours {
 public:
    Ours() { must(pool_.init(bench_provider(), 0, kSlabBytes) == Status::ok); }
    WEFT_ALWAYS_INLINE void* take(size_t bytes) { return pool_.allocate(bytes); }
    WEFT_ALWAYS_INLINE void give(void* block, size_t bytes) { pool_.free(block, bytes); }

 protected:
    Pool pool_;
};

// Where the size is not known at the free, as malloc's callers do it.
class OursUnsized : public Ours {
 public:
    WEFT_ALWAYS_INLINE void give(void* block, size_t) { pool_.free(block); }
};

// What somebody writes by hand, once, for one thread: lists by power of two over an array that is
// large enough, told the size again at the free. The floor.
class HandList {
 public:
    WEFT_ALWAYS_INLINE void* take(size_t bytes) {
        const unsigned size_class = class_of(bytes);
        Block* block = lists_[size_class];
        if (__builtin_expect(block == nullptr, 0)) return carve(size_class);
        lists_[size_class] = block->next;
        return block;
    }
    WEFT_ALWAYS_INLINE void give(void* memory, size_t bytes) {
        Block* block = static_cast<Block*>(memory);
        const unsigned size_class = class_of(bytes);
        block->next = lists_[size_class];
        lists_[size_class] = block;
    }

 private:
    struct Block {
        Block* next;
    };
    static unsigned class_of(size_t bytes) {
        return bytes <= 8 ? 3 : 64 - unsigned(__builtin_clzll(bytes - 1));
    }
    __attribute__((noinline)) void* carve(unsigned size_class) {
        const size_t at = used_;
        used_ += size_t(1) << size_class;
        must(used_ <= sizeof memory_);
        return memory_ + at;
    }

    Block* lists_[16] = {};
    size_t used_ = 0;
    alignas(64) unsigned char memory_[1 << 20];
};

struct Glibc {
    WEFT_ALWAYS_INLINE void* take(size_t bytes) { return malloc(bytes); }
    WEFT_ALWAYS_INLINE void give(void* block, size_t) { ::free(block); }
};

// Debian has it as a shared library only, which takes malloc over where it is linked. Loaded late
// and by itself it does not; a call goes through a pointer then, as it would between libraries.
class Mimalloc {
 public:
    Mimalloc() {
        void* library = dlopen("libmimalloc.so.2", RTLD_NOW | RTLD_LOCAL);
        must(library != nullptr);
        take_ = reinterpret_cast<void* (*)(size_t)>(dlsym(library, "mi_malloc"));
        give_ = reinterpret_cast<void (*)(void*)>(dlsym(library, "mi_free"));
        must(take_ != nullptr && give_ != nullptr);
    }
    WEFT_ALWAYS_INLINE void* take(size_t bytes) { return take_(bytes); }
    WEFT_ALWAYS_INLINE void give(void* block, size_t) { give_(block); }

 private:
    void* (*take_)(size_t);
    void (*give_)(void*);
};

// The compiler may neither see through a block nor do without it.
WEFT_ALWAYS_INLINE void* seen(void* block) {
    asm volatile("" : "+r"(block) : : "memory");
    return block;
}

template <class Allocator>
Allocator& the() {
    static Allocator allocator;
    draw();
    return allocator;
}

template <class Allocator>
uint64_t pairs(uint64_t count) {
    Allocator& allocator = the<Allocator>();
    const Stopwatch watch;
    for (uint64_t done = 0; done < count;)
        for (uint32_t i = 0; i < kMany && done < count; i++, done++)
            allocator.give(seen(allocator.take(sizes[i])), sizes[i]);
    return watch.ns();
}

template <class Allocator>
uint64_t thousands(uint64_t count, bool shuffled) {
    static void* blocks[kMany];
    Allocator& allocator = the<Allocator>();
    const uint64_t rounds = count / kMany + 1;
    const Stopwatch watch;
    for (uint64_t round = 0; round < rounds; round++) {
        for (uint32_t i = 0; i < kMany; i++) {
            blocks[i] = seen(allocator.take(sizes[i]));
            if (shuffled) *static_cast<uint64_t*>(blocks[i]) = i;
        }
        for (uint32_t i = 0; i < kMany; i++) {
            const uint32_t next = shuffled ? order[i] : i;
            allocator.give(blocks[next], sizes[next]);
        }
    }
    return watch.ns() * count / (rounds * kMany);
}

template <class Allocator>
uint64_t in_order(uint64_t count) {
    return thousands<Allocator>(count, false);
}
template <class Allocator>
uint64_t shuffled(uint64_t count) {
    return thousands<Allocator>(count, true);
}

// Objects of one type: the class is known to the compiler.
uint64_t typed(uint64_t count) {
    struct Thing {
        uint64_t words[8];
    };
    static Pool pool;
    static const Status ready = pool.init(bench_provider(), 0, kSlabBytes);
    must(ready == Status::ok);
    TypedPool<Thing> things(pool);
    const Stopwatch watch;
    for (uint64_t done = 0; done < count; done++)
        things.destroy(static_cast<Thing*>(seen(things.create())));
    return watch.ns();
}

constexpr Variant kVariants[] = {
    {"pool.typed.ns", typed},
    {"pool.pair.ns", pairs<Ours>},
    {"pool.pair.unsized.ns", pairs<OursUnsized>},
    {"pool.pair.list.ns", pairs<HandList>},
    {"pool.pair.malloc.ns", pairs<Glibc>},
    {"pool.pair.mimalloc.ns", pairs<Mimalloc>},
    {"pool.thousand.ns", in_order<Ours>},
    {"pool.thousand.unsized.ns", in_order<OursUnsized>},
    {"pool.thousand.list.ns", in_order<HandList>},
    {"pool.thousand.malloc.ns", in_order<Glibc>},
    {"pool.thousand.mimalloc.ns", in_order<Mimalloc>},
    {"pool.shuffled.ns", shuffled<Ours>},
    {"pool.shuffled.unsized.ns", shuffled<OursUnsized>},
    {"pool.shuffled.list.ns", shuffled<HandList>},
    {"pool.shuffled.malloc.ns", shuffled<Glibc>},
    {"pool.shuffled.mimalloc.ns", shuffled<Mimalloc>},
};

}  // namespace

ChunkProvider& bench_provider() {
    constexpr size_t kBytes = 64 << 20;
    static ChunkHeap heap;
    static ChunkProvider provider;
    static bool made;
    if (!made) {
        unsigned char* memory = static_cast<unsigned char*>(port::reserve(kBytes));
        must(memory != nullptr);
        must(heap.init({memory, kBytes}, kSlabBytes, kSlabBytes) == Status::ok);
        provider.init({&heap, 1}, NodePolicy::own_only);
        made = true;
    }
    return provider;
}

Span<const Variant> memory_pairs() {
    return kVariants;
}

}  // namespace bench
