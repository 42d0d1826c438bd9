// traced.cpp - a program whose trace is known: frames, zones, waits, steals, a refusal
// SPDX-License-Identifier: MIT
//
// traced FILE [FRAMES] writes its trace; without FILE it stops in stop_here() for a debugger.
#include <stdlib.h>
#include <weft/weft.hpp>

#include "../../tools/trace/save.hpp"

using namespace weft;

// Without guard pages: a core file that gdb writes ends where it cannot read.
constexpr Config kConfig = Config()
                               .workers(2)
                               .small_fibers(8, 64)
                               .paint(true)
                               .guard(StackGuard::canary)
                               .trace_events(16384);

extern "C" __attribute__((noinline)) void stop_here() {
    asm volatile("" ::: "memory");
}

namespace {

void spin(uint64_t ns) {
    const uint64_t end = port::now_ns() + ns;
    while (port::now_ns() < end)
        port::cpu_relax();
}

void load(Counter& loaded) {
    TraceZone zone("load");
    zone.add_bytes(4096);
    spin(20000);
    decrement(loaded);
}

void one_frame(System& system) {
    const Frame frame = system.frames().begin().value();
    Counter loaded(1), done;
    {
        FrameUse use(system.frames(), frame);
        (void)system.frames().memory_here(frame).allocate(1000);
        run(done, [&loaded] { (void)wait(loaded); });
        yield();
        run(done, [&loaded] { load(loaded); });
        for (int i = 0; i < 8; i++)
            run(done, [] {
                TraceZone zone("simulate");
                spin(10000);
                trace_value("grains", 42);
            });
        (void)wait(done);
    }
    (void)system.frames().end(frame);
}

}  // namespace

extern "C" int main(int argc, char** argv) {
    MappedStorage storage;
    System system;
    if (storage.map(kConfig) != Status::ok) return 1;
    if (system.init(kConfig, storage.bytes()) != Status::ok) return 1;
    const int frames = argc > 2 ? atoi(argv[2]) : 20;
    const Status status = system.run([&system, frames] {
        for (int i = 0; i < frames; i++)
            one_frame(system);
    });
    if (argc < 2) stop_here();
    return status == Status::ok && (argc < 2 || save_trace(system, argv[1])) ? 0 : 1;
}
