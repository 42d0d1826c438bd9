// tracy.cpp - stands in for the Tracy client: is it told of every fiber, in turn, on its thread?
// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>
#include <weft/weft.hpp>

using namespace weft;

constexpr Config kConfig = Config().workers(1).small_fibers(4, 8);

static const char* inside = nullptr;
static unsigned enters = 0, leaves = 0, names = 0;

extern "C" void ___tracy_fiber_enter(const char* fiber) {
    enters++;
    inside = fiber;
    names |= strcmp(fiber, "fiber 0.0") == 0 ? 1u : strcmp(fiber, "fiber 0.1") == 0 ? 2u : 4u;
}

extern "C" void ___tracy_fiber_leave(void) {
    leaves++;
    inside = nullptr;
}

static const char* here() {
    const Fiber& fiber = *Worker::current()->running();
    return tracy_name(fiber.home, fiber.info->id);
}

extern "C" int main() {
    MappedStorage storage;
    System system;
    if (storage.map(kConfig) != Status::ok || system.init(kConfig, storage.bytes()) != Status::ok)
        return 1;
    unsigned wrong = 0;
    Counter gate(1), done;
    (void)system.submit(done, [&gate, &wrong] {
        wrong += inside != here();
        (void)wait(gate);
        wrong += inside != here();
    });
    while (system.pump() != 0) {
    }
    wrong += inside != nullptr;
    (void)system.submit(done, [&gate, &wrong] {
        wrong += inside != here();
        decrement(gate);
    });
    while (system.pump() != 0) {
    }
    wrong += inside != nullptr;
    const bool good = wrong == 0 && names == 3 && leaves >= 2 && enters > leaves && done.complete();
    printf("%s - Tracy is told which fiber a thread runs\n# %d passed, %d failed\n",
           good ? "ok" : "not ok", good, !good);
    return !good;
}
