// waiting.cpp - a program to stop in a debugger: a scheduler whose fibers wait, or wait their turn
// SPDX-License-Identifier: MIT
#include <weft/weft.hpp>

using namespace weft;

// As on a board: static storage, few fibers, small stacks. All of it fits 16 KiB.
constexpr size_t kStackBytes =
    port::kMinStackBytes + (sizeof(void*) == 8 ? port::kMinStackBytes : 256);
constexpr Config kConfig = Config::preset(Preset::tiny)
                               .small_fibers(5, 5)
                               .small_stack_bytes(kStackBytes)
                               .frame_bytes(sizeof(void*) == 8 ? 2048 : 512)
                               .trace_events(kTrace ? 64 : 0);

Storage<kConfig> storage;
System the_system;
Counter never(3);
Counter soon(1);

extern "C" __attribute__((noinline)) void stop_here() {
    asm volatile("" ::: "memory");
}

__attribute__((noinline)) void wait_inner(Counter& counter) {
    TraceZone zone("a wait");
    (void)wait(counter);
    asm volatile("" ::: "memory");
}

__attribute__((noinline)) void wait_outer(Counter& counter, int local) {
    volatile int kept = local;  // has a place that a debugger can look at
    wait_inner(counter);
    kept = kept + 1;
}

__attribute__((noinline)) void wait_with_deadline() {
    (void)wait_until(soon, port::now_ns() + 3600'000'000'000u);
    asm volatile("" ::: "memory");
}

__attribute__((noinline)) void take_turns() {
    yield();
    asm volatile("" ::: "memory");
}

extern "C" int main() {
    System& system = the_system;
    if (system.init(kConfig, storage.bytes()) != Status::ok) return 1;
    Counter done;
    (void)system.submit(done, [] { wait_outer(never, 41); });
    (void)system.submit(done, [] { wait_with_deadline(); });
    while (system.pump() != 0) {
    }
    (void)system.submit(done, [] { take_turns(); });
    (void)system.pump(1);
    stop_here();
    decrement(never, 3);
    decrement(soon);
    while (!done.complete())
        (void)system.pump();
    return 0;
}
