// test_sites.cpp - frame memory is counted by place, in a table of fixed size
// SPDX-License-Identifier: MIT
#include <weft/trace/sites.hpp>

#include "../system/system_fixture.hpp"

using namespace weft;

namespace {

uint32_t places(const HotSites& sites) {
    uint32_t count = 0;
    sites.for_each([](void* to, const HotSite&) { ++*static_cast<uint32_t*>(to); }, &count);
    return count;
}

#if WEFT_CHECKED

TEST(frame_memory_is_counted_by_the_place_that_asked_for_it) {
    RunningSystem one(small_system(1).frame_bytes(64 * 1024));
    HotSites sites;
    uint32_t line = 0;
    run_in(one, [&one, &sites, &line] {
        Frames& frames = one.system.frames();
        for (uint32_t i = 0; i < 3; i++) {
            const Frame frame = frames.begin().value();
            FrameMemory memory = frames.memory_here(frame);
            line = __LINE__ + 1;
            (void)memory.allocate(100);
            sites.add_blocks(memory.arena());
            EXPECT(frames.end(frame));
        }
    });
    EXPECT_EQ(places(sites), 1u);
    HotSite found = {};
    sites.for_each([](void* to, const HotSite& site) { *static_cast<HotSite*>(to) = site; },
                   &found);
    EXPECT(found.site.line == line + 0 && found.count == 3 && found.bytes == 300);
}

#else

TEST(without_checks_blocks_have_no_place) {
    const FrameArena arena;
    HotSites sites;
    sites.add_blocks(arena);
    EXPECT_EQ(places(sites), 0u);
}

#endif

TEST(more_places_than_the_table_holds_are_counted_together) {
    HotSites sites;
    for (uint32_t line = 1; line <= HotSites::kSites + 5; line++)
        sites.add({"somewhere", line}, 10);
    EXPECT_EQ(places(sites), HotSites::kSites);
    EXPECT_EQ(sites.others().count, 5u);
    EXPECT_EQ(sites.others().bytes, 50u);
}

TEST(who_tells_a_place_is_counted_in_any_build) {
    HotSites sites;
    const NamedSite here = NamedSite::here();
    sites.add(here, 10);
    sites.add(here, 20);
    sites.add(NamedSite::here(), 5);
    EXPECT_EQ(places(sites), 2u);
    HotSite sum = {};
    const auto add = [](void* to, const HotSite& site) {
        static_cast<HotSite*>(to)->bytes += site.count * site.bytes;
    };
    sites.for_each(add, &sum);
    EXPECT_EQ(sum.bytes, 2u * 30 + 5);
}

}  // namespace
