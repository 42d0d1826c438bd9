// parked.cpp - a program to stop in a debugger: one fiber runs, another waits below nested calls
// SPDX-License-Identifier: MIT
#include <weft/weft.hpp>

using namespace weft;

constexpr Config kConfig = Config().small_fibers(2, 2).frame_bytes(4096);

WaitList never;
Fiber* parked;

extern "C" __attribute__((noinline)) void stop_here() {
    asm volatile("" ::: "memory");
}

__attribute__((noinline)) void parked_inner() {
    ring::wait(never);
    asm volatile("" ::: "memory");
}

__attribute__((noinline)) void parked_outer() {
    parked_inner();
    asm volatile("" ::: "memory");
}

__attribute__((noinline)) void running_outer() {
    ring::yield();
    stop_here();
    asm volatile("" ::: "memory");
}

extern "C" int main() {
    MappedStorage storage;
    FiberRing ring;
    if (storage.map(kConfig) != Status::ok || ring.init(kConfig, storage.bytes()) != Status::ok)
        return 1;
    parked = ring.spawn("parked", [] { parked_outer(); });
    ring.spawn("running", [] { running_outer(); });
    const uint32_t waiting = ring.run();
    ring.wake_all(never);
    return waiting == 1 && ring.run() == 0 ? 0 : 1;
}
