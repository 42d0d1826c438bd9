// system_starts.cpp - from nothing to the first job of a system, against bare threads and pages
// SPDX-License-Identifier: MIT
#include "bench.hpp"

#include <pthread.h>
#include <sys/mman.h>

namespace bench {
namespace {

using namespace weft;

// 16 fibers of 512 KiB for each worker, as a larger program has them.
constexpr Config kStart = Config::preset(Preset::strict_topology)
                              .small_fibers(16, 16)
                              .workers(2)
                              .frame_bytes(64 * 1024)
                              .pinning(Pinning::none);
constexpr Config kMany = Config().workers(32);

// Mapping, init and the first job are timed; taking down is not.
uint64_t first_job(uint64_t count, const Config& config) {
    uint64_t ns = 0;
    for (uint64_t i = 0; i < count; i++) {
        MappedStorage storage;
        System system;
        const Stopwatch watch;
        must(storage.map(config) == Status::ok);
        must(system.init(config, storage.bytes()) == Status::ok);
        must(system.run([&ns, &watch] { ns += watch.ns(); }) == Status::ok);
        must(system.shutdown() == Status::ok);
    }
    return ns;
}

uint64_t two(uint64_t count) {
    return first_job(count, kStart);
}
uint64_t two_pinned(uint64_t count) {
    return first_job(count, kStart.pinning(Pinning::linear));
}
uint64_t many(uint64_t count) {
    return first_job(count, kMany);
}

struct Started {
    port::Parker parker;
};

void* say_started(void* argument) {
    port::unpark(static_cast<Started*>(argument)->parker);
    return nullptr;
}

// One thread for each worker but the caller's, and each until it runs.
uint64_t threads(uint64_t count, uint32_t others) {
    uint64_t ns = 0;
    for (uint64_t i = 0; i < count; i++) {
        Started started[32];
        pthread_t made[32];
        const Stopwatch watch;
        for (uint32_t k = 0; k < others; k++)
            must(pthread_create(&made[k], nullptr, say_started, &started[k]) == 0);
        for (uint32_t k = 0; k < others; k++)
            (void)port::park(started[k].parker, port::kNoDeadline);
        ns += watch.ns();
        for (uint32_t k = 0; k < others; k++)
            pthread_join(made[k], nullptr);
    }
    return ns;
}

// "Creating the threads" of a system of two: two, the first job runs on one of them.
uint64_t two_threads(uint64_t count) {
    return threads(count, 2);
}
uint64_t many_threads(uint64_t count) {
    return threads(count, 32);
}

// Until every page that prefault promises is in, on both workers.
uint64_t prefaulted(uint64_t count) {
    constexpr Config kTouched = kStart.prefault(true).pinning(Pinning::linear);
    uint64_t ns = 0;
    for (uint64_t i = 0; i < count; i++) {
        MappedStorage storage;
        System system;
        const Stopwatch watch;
        must(storage.map(kTouched) == Status::ok);
        must(system.init(kTouched, storage.bytes()) == Status::ok);
        while (!system.place(1).ready)
            port::cpu_relax();
        ns += watch.ns();
        must(system.place(1).touched == system.place(1).to_touch);
        must(system.shutdown() == Status::ok);
    }
    return ns;
}

// The same bytes, by two threads on a CPU each, a write to each page.
constexpr Footprint kPlace = footprint(kStart);
constexpr size_t kTouchedBytes =
    kPlace.frames_bytes + 16 * (kPlace.small.stride - kPlace.small.guard_bytes);

void touch_own(void* argument) {
    unsigned char* const start = static_cast<unsigned char*>(argument);
    for (size_t at = 0; at < kTouchedBytes; at += port::kPageBytes)
        *const_cast<volatile unsigned char*>(start + at) = 1;
}

uint64_t touched(uint64_t count) {
    const size_t part = align_up_saturating(kTouchedBytes, port::kPageBytes);
    uint64_t ns = 0;
    for (uint64_t i = 0; i < count; i++) {
        const Stopwatch watch;
        unsigned char* const start = static_cast<unsigned char*>(port::reserve(2 * part));
        must(start != nullptr && port::start_core(1, true, touch_own, start + part));
        touch_own(start);
        port::join_core(1);
        ns += watch.ns();
        port::unreserve(start, 2 * part);
    }
    return ns;
}

constexpr Variant kVariants[] = {
    {"start.first_job.us", two, kUs},
    {"start.first_job.pinned.us", two_pinned, kUs},
    {"start.threads.us", two_threads, kUs},
    {"start.w32.ms", many, kMs},
    {"start.w32.threads.ms", many_threads, kMs},
    {"start.prefault.ms", prefaulted, kMs},
    {"start.touch.ms", touched, kMs},
};

}  // namespace

Span<const Variant> system_starts() {
    return kVariants;
}

}  // namespace bench
