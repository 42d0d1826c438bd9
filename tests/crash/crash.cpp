// crash.cpp - ends badly, as told: what a user sees of an overflow, a bad call, a tool's finding
// SPDX-License-Identifier: MIT
//
// crash MODE: tools/run_tests starts it and looks at what it prints and how it ends. Each bug is
// inside a fiber, so that a tool that has lost track of stacks would not find or not name it.
#include <core/room.hpp>
#include <weft/base/text.hpp>
#include <weft/weft.hpp>

using namespace weft;

namespace {

constexpr Config kConfig = room::fitted(Config().small_fibers(2, 8).frame_bytes(4096));

struct System {
    explicit System(const Config& config) {
        WEFT_REQUIRE(storage.map(config) == Status::ok);
        WEFT_REQUIRE(ring.init(config, storage.bytes()) == Status::ok);
    }
    MappedStorage storage;
    FiberRing ring;
};

__attribute__((noinline)) size_t recurse(size_t depth) {
    constexpr size_t kFrame = port::kPageBytes >= 4096 ? 512 : 64;  // does not jump over the guard
    volatile unsigned char frame[kFrame];
    frame[depth % kFrame] = 1;
    return depth == ~size_t(0) ? 0 : recurse(depth + 1) + frame[depth % kFrame];
}

void overflow() {
    System system(kConfig.paint(true));
    system.ring.spawn("deep-thought", [] { recurse(0); });
    system.ring.run();
}

void canary() {
    System system(kConfig.guard(StackGuard::canary));
    system.ring.spawn("deep-thought", [] {
        FiberRing::current()->running()->info->stack.low[0] ^= 1;
        ring::yield();
    });
    system.ring.run();
}

void bad_call() {
    ring::yield();
}

// For AddressSanitizer: one byte past a local array, after a switch.
void buffer() {
    System system(kConfig);
    for (int i = 0; i < 2; i++)
        system.ring.spawn("sloppy", [] {
            volatile unsigned char local[24] = {};
            volatile size_t index = 23;
            ring::yield();
            index = index + 1;
            local[index] = local[0];
        });
    system.ring.run();
}

// For Valgrind: a branch on a local that nobody wrote, after a switch.
void uninitialised() {
    System system(kConfig);
    for (int i = 0; i < 2; i++)
        system.ring.spawn("forgetful", [] {
            volatile int local[4];
            ring::yield();
            if (local[2] == 7) port::cpu_relax();
        });
    system.ring.run();
}

uint32_t shared_count;
Atomic<uint32_t> racers;

void count_in_fibers(void*) {
    System system(kConfig);
    // Relaxed: the threads only meet; an order between them would hide the race. Pairs with itself.
    racers.fetch_add_relaxed(1);
    while (racers.load_relaxed() != 2)
        port::cpu_relax();
    for (int i = 0; i < 2; i++)
        system.ring.spawn("racer", [] {
            for (int k = 0; k < 100; k++, ring::yield())
                shared_count++;
        });
    system.ring.run();
}

// For ThreadSanitizer: fibers of two threads add to one number.
void race() {
    port::start_core(1, false, count_in_fibers, nullptr);
    count_in_fibers(nullptr);
    port::join_core(1);
}

// Nothing wrong here: fibers that use their stacks and switch. A tool without the hooks complains.
void nothing() {
    System system(kConfig.guard(StackGuard::none).colour(false));
    uint32_t sum = 0;
    for (int i = 0; i < 4; i++)
        system.ring.spawn("plain", [&sum] {
            volatile uint32_t local[64];
            for (uint32_t k = 0; k < 64; k++, ring::yield())
                local[k] = k;
            for (uint32_t k = 0; k < 64; k++)
                sum += local[k];
        });
    system.ring.run();
    WEFT_REQUIRE(sum == 4 * 2016);
}

struct Mode {
    const char* name;
    void (*run)();
};

const Mode kModes[] = {
    {"overflow", overflow}, {"canary", canary}, {"bad_call", bad_call},
    {"buffer", buffer},     {"race", race},     {"uninitialised", uninitialised},
    {"nothing", nothing},
};

}  // namespace

extern "C" int main(int argc, char** argv) {
    for (const Mode& mode : kModes) {
        if (argc != 2 || !same_text(argv[1], mode.name)) continue;
        mode.run();
        return 0;
    }
    Text<80> usage;
    usage.add("crash: give one mode\n").print();
    return 2;
}
