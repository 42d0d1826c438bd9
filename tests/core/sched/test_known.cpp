// test_known.cpp - debuggers find the schedulers that there are
// SPDX-License-Identifier: MIT
#include <weft/sched/known.hpp>

#include "../system/system_fixture.hpp"

namespace weft {
extern Atomic<Scheduler*> known_schedulers[kKnownSchedulers];
}

using namespace weft;

namespace {

bool known(const Scheduler* scheduler) {
    for (const Atomic<Scheduler*>& at : known_schedulers)
        // Relaxed: this thread's own doing.
        if (at.load_relaxed() == scheduler) return true;
    return false;
}

TEST(a_scheduler_is_known_while_it_lives) {
    NEEDS_RAM(64 * 1024);
    RunningSystem one(small_system(1));
    RunningSystem other(small_system(1));
    EXPECT(known(&one.scheduler()));
    if (kKnownSchedulers > 1) EXPECT(known(&other.scheduler()));
    EXPECT_OK(one.system.shutdown());
    EXPECT(!known(&one.scheduler()));
    if (kKnownSchedulers > 1) EXPECT(known(&other.scheduler()));
}

}  // namespace
