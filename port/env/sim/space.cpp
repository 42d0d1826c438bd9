// space.cpp - sim: address space, the same in every run: stacks of cores, and what is reserved
// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <sys/mman.h>

#include "engine.hpp"

namespace weft::sim {
namespace {

constexpr size_t kStackBytes = 256 * 1024;
constexpr size_t kSpaceBytes = size_t(6) << 30;
constexpr size_t kPage = 4096;

unsigned char* map(size_t bytes) {
    void* const start = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED) abort();
    return static_cast<unsigned char*>(start);
}

struct Space {
    unsigned char* const start = map(kSpaceBytes);
    size_t used = 0;
    uint32_t out = 0;  // reservations
    bool guarded = false;
};

Space& space() {
    static Space one;
    return one;
}

}  // namespace

unsigned char* stack_of(uint32_t core, size_t* bytes) {
    static unsigned char* const stacks = map(kStackBytes * port::kMaxCores);
    *bytes = kStackBytes;
    return stacks + kStackBytes * core;
}

// What was reserved reads as zero again. Most runs of a scenario reserve the same.
void clear_space() {
    Space& all = space();
    if (all.used == 0) return;
    if (all.guarded) mprotect(all.start, all.used, PROT_READ | PROT_WRITE);
    madvise(all.start, all.used, MADV_DONTNEED);
    all.used = 0;
    all.out = 0;
    all.guarded = false;
}

bool all_given_back() {
    return space().out == 0;
}

}  // namespace weft::sim

namespace weft::port {

using sim::engine;

size_t page_bytes() {
    return sim::kPage;
}

void* reserve(size_t bytes) {
    sim::Space& all = sim::space();
    if (engine().refused(sim::Request::reserve)) return nullptr;
    if (bytes > sim::kSpaceBytes - all.used) return nullptr;
    unsigned char* const start = all.start + all.used;
    all.used += bytes;
    all.out++;
    return start;
}

// Not used again in this run, so that who still uses it meets nobody else's data.
void unreserve(void*, size_t) {
    sim::space().out--;
}

bool guard(void* start, size_t bytes) {
    sim::space().guarded = true;
    return mprotect(start, bytes, PROT_NONE) == 0;
}

bool unguard(void* start, size_t bytes) {
    return mprotect(start, bytes, PROT_READ | PROT_WRITE) == 0;
}

bool prefault(void*, size_t) {
    return !engine().refused(sim::Request::prefault);
}

void discard(void* start, size_t bytes) {
    engine().memory.forget(reinterpret_cast<uintptr_t>(start), bytes);
    madvise(start, bytes, MADV_DONTNEED);
}

}  // namespace weft::port
