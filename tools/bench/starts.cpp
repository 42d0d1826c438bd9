// starts.cpp - start-up of 16 fibers of 64 KiB, against the bare cost of touching their pages
// SPDX-License-Identifier: MIT
#include "bench.hpp"

namespace bench {
namespace {

using namespace weft;

constexpr Config kSixteen = config_of(16);

[[noreturn]] void never_run(port::Context*, void*) {
    WEFT_PANIC("this pool's fibers never run");
}

// Mapping and making are timed; taking down is not.
uint64_t start_pool(uint64_t count, const Config& config) {
    uint64_t ns = 0;
    for (uint64_t i = 0; i < count; i++) {
        MappedStorage storage;
        FiberPool pool;
        const Stopwatch watch;
        must(storage.map(config) == Status::ok);
        must(pool.init(config, storage.bytes(), never_run, nullptr) == Status::ok);
        ns += watch.ns();
        pool.shutdown();
    }
    return ns;
}

uint64_t bare(uint64_t count) {
    return start_pool(count, kSixteen);
}
uint64_t prefaulted(uint64_t count) {
    return start_pool(count, kSixteen.prefault(true));
}

// The same mapping, one write to each page that prefault brings in: control blocks and stacks
// without their guards.
uint64_t touch(uint64_t count) {
    constexpr Footprint kPlace = footprint(kSixteen);
    uint64_t ns = 0;
    for (uint64_t i = 0; i < count; i++) {
        const Stopwatch watch;
        unsigned char* start = static_cast<unsigned char*>(port::reserve(kPlace.bytes));
        must(start != nullptr);
        for (size_t at = 0; at < kPlace.small.offset; at += port::kPageBytes)
            *const_cast<volatile unsigned char*>(start + at) = 1;
        for (size_t fiber = 0; fiber < 16; fiber++) {
            unsigned char* slot = start + kPlace.small.offset + fiber * kPlace.small.stride;
            for (size_t at = port::kPageBytes; at < kPlace.small.stride; at += port::kPageBytes)
                *const_cast<volatile unsigned char*>(slot + at) = 1;
        }
        ns += watch.ns();
        port::unreserve(start, kPlace.bytes);
    }
    return ns;
}

constexpr Variant kVariants[] = {
    {"start.pool16.ns", bare},
    {"start.pool16.prefault.ns", prefaulted},
    {"start.touch16.ns", touch},
};

}  // namespace

Span<const Variant> starts() {
    return kVariants;
}

}  // namespace bench
