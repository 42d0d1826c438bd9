// main.cpp - runs the swarm, and tells what it cost: figures of this very run
// SPDX-License-Identifier: MIT
#include "demo.hpp"

#include <sys/resource.h>

namespace {

using namespace weft;

// Small stacks for the letters, painted, so that their high-water marks can be read afterwards.
constexpr Config kConfig = Config()
                               .small_stack_bytes(port::kMinStackBytes)
                               .small_fibers(demo::kMostLetters, demo::kMostLetters)
                               .large_stack_bytes(64 * 1024)
                               .large_fibers(1, 1)
                               .frame_bytes(4096)
                               .paint(true);

constexpr uint32_t kTimedFibers = 64;
constexpr uint32_t kTimedLaps = 100'000;

MappedStorage storage;
FiberRing fibers;
demo::Swarm swarm;

void must(Status status) {
    if (status == Status::ok) return;
    Text<160>().add("demo: ").add(status_text(status)).add("\n").print();
    port::finish(1);
}

uint64_t tenths_of_ns_per_yield() {
    for (uint32_t i = 0; i < kTimedFibers; i++)
        fibers.spawn("timed", [] {
            for (uint32_t lap = 0; lap < kTimedLaps; lap++)
                ring::yield();
        });
    const uint64_t start = port::now_ns();
    fibers.run();
    return (port::now_ns() - start) * 10 / (uint64_t(kTimedFibers) * kTimedLaps);
}

size_t deepest_letter_stack() {
    size_t deepest = 0;
    for (uint32_t i = 0; i < swarm.length; i++) {
        const size_t bytes = high_water(*swarm.letters[i].fiber).value();
        if (bytes > deepest) deepest = bytes;
    }
    return deepest;
}

void tell_swarm() {
    Text<200> line;
    const FiberFigures pool = fibers.pool().figures(StackClass::small);
    line.add("\n  fibers   ").add_number(swarm.length + 1).add(" alive together, ");
    line.add_number(swarm.switches).add(" switches in ").add_number(swarm.frames);
    line.add(" frames\n").print();
    line.add("  pool     ").add_number(pool.made).add(" made of ").add_number(pool.limit);
    line.add(", ").add_number(pool.peak_in_use).add(" in use at the peak, ");
    line.add_number(pool.exhausted).add(" requests refused\n").print();
    line.add("  stacks   no letter used more than ").add_number(deepest_letter_stack());
    line.add(" of its ").add_number(kConfig.small_stack_bytes()).add(" bytes\n").print();
}

void tell_costs() {
    Text<200> line;
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    line.add("  memory   ").add_number(storage.bytes().size / 1024);
    line.add(" KiB set aside for fibers; the process held ");
    line.add_number(uint64_t(usage.ru_maxrss)).add(" KiB at most\n").print();
    tenths_of_ns_per_yield();  // the clock rate rises
    const uint64_t tenths = tenths_of_ns_per_yield();
    line.add("  a yield  ").add_number(tenths / 10).add(".").add_number(tenths % 10);
    line.add(" ns, timed just now: ").add_number(kTimedFibers).add(" fibers, ");
    line.add_number(uint64_t(kTimedFibers) * kTimedLaps).add(" switches\n").print();
    line.add("\n  Next: `make test` runs the tests, `make bench` measures.\n").print();
}

}  // namespace

int main() {
    must(storage.map(kConfig));
    must(fibers.init(kConfig, storage.bytes()));
    demo::run_swarm(swarm, fibers, demo::terminal_is_live());
    tell_swarm();
    tell_costs();
    return 0;
}
