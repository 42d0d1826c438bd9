// test_static_system.cpp - a small system in static storage: alone in its image on small boards
// SPDX-License-Identifier: MIT
#include "system_fixture.hpp"

using namespace weft;

namespace {

TEST(a_system_is_made_in_storage_that_the_compiler_has_checked) {
    static constexpr Config config =
        small_system(1).small_fibers(1, 2).large_fibers(0, 0).job_slots(16);
    static Storage<config> storage;
    System system;
    EXPECT_OK(system.init(storage));
    bool ran = false;
    EXPECT_OK(system.run([&ran] { ran = true; }));
    EXPECT(ran);
    EXPECT_OK(system.shutdown());
    EXPECT_OK(system.init(storage));
}

}  // namespace
