// peer_futex.cpp - the floor for a cold wake: one futex, one thread asleep on it, one system call
// SPDX-License-Identifier: MIT
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "wake_work.hpp"

namespace bench {
namespace {

using weft::port::join_core;
using weft::port::start_core;

enum Word : uint32_t { asleep, job, stop };

class FutexSleeper {
 public:
    FutexSleeper() { must(start_core(kSlot, false, sleep_and_run, this)); }
    ~FutexSleeper() {
        wake(stop);
        join_core(kSlot);
    }

    template <class F>
    void submit(F f) {
        static_assert(sizeof f <= sizeof closure_);
        new (weft::At{closure_}) F(f);
        run_ = [](void* closure) { (*static_cast<F*>(closure))(); };
        wake(job);
    }

 private:
    // Our own system keeps core 1: this one starts as another, on the same CPU.
    static constexpr uint32_t kSlot = 2, kCpu = 1;

    static void sleep_and_run(void* self) {
        must(weft::port::pin_self(kCpu));
        FutexSleeper& sleeper = *static_cast<FutexSleeper*>(self);
        while (sleeper.sleep() == job)
            sleeper.run_(sleeper.closure_);
    }

    uint32_t sleep() {
        for (;;) {
            // Acquire: the closure. Pairs with the release in wake().
            const uint32_t seen = word_.exchange_acquire(asleep);
            if (seen != asleep) return seen;
            syscall(SYS_futex, &word_, FUTEX_WAIT_PRIVATE, asleep, nullptr, nullptr, 0);
        }
    }
    void wake(Word word) {
        // Release: the closure. Pairs with the acquire in sleep().
        word_.store_release(word);
        syscall(SYS_futex, &word_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
    }

    weft::Atomic<uint32_t> word_{asleep};
    void (*run_)(void*) = nullptr;
    alignas(16) unsigned char closure_[32];
};

constexpr Variant kVariants[] = {
    {"wake.cold.futex.us", cold_wakes<FutexSleeper>, kUs},
};

}  // namespace

uint64_t median(uint64_t* values, uint32_t count) {
    qsort(values, count, sizeof *values, [](const void* left, const void* right) {
        const uint64_t a = *static_cast<const uint64_t*>(left);
        const uint64_t b = *static_cast<const uint64_t*>(right);
        return int(a > b) - int(a < b);
    });
    return values[count / 2];
}

weft::Span<const Variant> futex_wakes() {
    return kVariants;
}

}  // namespace bench
