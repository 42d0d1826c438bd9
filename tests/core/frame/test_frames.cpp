// test_frames.cpp - a system's frames: pipelined, used by fibers, in 16 KB as well
// SPDX-License-Identifier: MIT
#include <core/room.hpp>
#include <unit/unit.hpp>
#include <weft/frame/frames.hpp>

using namespace weft;

namespace {

constexpr Config kConfig =
    room::fitted(Config().workers(2).small_fibers(1, 8).frame_bytes(64 * 1024));

struct System {
    System() {
        EXPECT_OK(storage.map(kConfig));
        EXPECT_OK(frames.init(kConfig, storage.bytes()));
        for (uint32_t i = 0; i < 2; i++)
            EXPECT_OK(rings[i].init(kConfig, storage.bytes(), i));
    }
    MappedStorage storage;
    FiberRing rings[2];
    Frames frames;
};

}  // namespace

TEST(fibers_allocate_from_their_own_workers_part_of_the_frame) {
    System system;
    const Frame frame = system.frames.begin().value();
    for (FiberRing& ring : system.rings)
        ring.spawn("user", [&system, &ring, &frame] {
            FrameUse use(system.frames, frame);
            uint32_t* numbers = system.frames.memory_on_ring(frame).allocate_array<uint32_t>(1000);
            EXPECT(ring.frame_memory().contains(uintptr_t(numbers)));
            numbers[999] = 5;
            ring::yield();
            EXPECT_EQ(numbers[999], 5u);
        });
    for (FiberRing& ring : system.rings)
        EXPECT_EQ(ring.run(), 0u);
    EXPECT(system.frames.end(frame));
    const Frame next = system.frames.begin().value();
    (void)system.frames.set().memory(next, 1);
    EXPECT(system.frames.arena_figures(1, 0).peak >= 4000);
    EXPECT(system.frames.end(next));
}

TEST(a_waiting_fiber_keeps_its_frame_from_the_reset) {
    System system;
    WaitList list;
    const Frame first = system.frames.begin().value();
    FiberRing& ring = system.rings[0];
    ring.spawn("slow", [&] {
        FrameUse use(system.frames, first);
        uint32_t* number = system.frames.memory_on_ring(first).create<uint32_t>(11u);
        ring::wait(list);
        EXPECT_EQ(*number, 11u);
    });
    EXPECT_EQ(ring.run(), 1u);
    EXPECT(!system.frames.end(first));
    const Frame second = system.frames.begin().value();
    EXPECT(system.frames.end(second));
    EXPECT_EQ(system.frames.begin().status(), Status::frame_busy);
    ring.wake_all(list);
    EXPECT_EQ(ring.run(), 0u);
    EXPECT(system.frames.end(system.frames.begin().value()));
}

TEST(frame_memory_outside_a_fiber_asks_for_the_worker) {
    System system;
    const Frame frame = system.frames.begin().value();
    EXPECT_PANIC((void)system.frames.memory_on_ring(frame));
    EXPECT(system.frames.set().memory(frame, 1).allocate(8) != nullptr);
    EXPECT(system.frames.end(frame));
}

TEST(a_thousand_frames_leave_no_chunk_behind) {
    NEEDS_RAM(1024 * 1024);
    System system;
    for (uint32_t i = 0; i < 1000; i++) {
        const Frame frame = system.frames.begin().value();
        EXPECT_EQ(frame.number, i);
        FrameMemory memory = system.frames.set().memory(frame, i & 1);
        for (int k = 0; k < 20; k++)
            EXPECT(memory.allocate(1000) != nullptr);
        EXPECT(system.frames.end(frame));
    }
    EXPECT(system.frames.heap_figures(0).peak <= 2 * 64 * 1024);
    EXPECT_EQ(system.frames.heap_figures(0).refused, 0u);
}

#if WEFT_CHECKED
TEST(a_frame_use_is_named_by_its_place_and_leaves_no_trace) {
    System system;
    const Frame frame = system.frames.begin().value();
    const auto count = [](void* self, const FrameUser& user) {
        *static_cast<uint32_t*>(self) += user.kind == FrameUser::entered ? user.site.line : 0;
    };
    uint32_t lines = 0;
    {
        FrameUse use(system.frames, frame);
        system.frames.set().for_each_user(count, &lines);
        EXPECT_EQ(lines, uint32_t(__LINE__ - 2));
    }
    lines = 0;
    system.frames.set().for_each_user(count, &lines);
    EXPECT_EQ(lines, 0u);
    EXPECT(system.frames.end(frame));
}
#endif

TEST(shutting_frames_down_while_one_is_open_panics) {
    System system;
    const Frame frame = system.frames.begin().value();
    EXPECT_PANIC(system.frames.shutdown());
    EXPECT(system.frames.end(frame));
}

TEST(frames_too_small_for_their_own_notes_are_refused) {
    constexpr Config small = kConfig.frame_bytes(64).job_slots(0);  // else a rule says so
    MappedStorage storage;
    EXPECT_OK(storage.map(small));
    Frames frames;
    EXPECT_EQ(frames.init(small, storage.bytes()), Status::storage_too_small);
    EXPECT_EQ(frames.init(small.workers(0), storage.bytes()), Status::bad_config);
}

TEST(frame_memory_works_in_a_static_sixteen_kilobyte_system) {
    static constexpr Config config = Config::preset(Preset::tiny)
                                         .small_fibers(0, 0)
                                         .large_fibers(0, 1)
                                         .frame_bytes(4096)
                                         .frames_in_flight(2);
    static_assert(footprint(config).frames_bytes <= 16 * 1024, "fits a 16 KB part");
    static Storage<config> storage;
    Frames frames;
    EXPECT_OK(frames.init(config, storage.bytes()));
    Text<120> size;
    size.add("# static frame memory: ").add_number(footprint(config).frames_bytes);
    size.add(" bytes, of which chunks ").add_number(frames.heap_figures(0).total);
    size.add("\n").print();
    for (int round = 0; round < 10; round++) {
        const Frame frame = frames.begin().value();
        FrameMemory memory = frames.set().memory(frame, 0);
        uint32_t blocks = 0;
        while (memory.allocate(64) != nullptr)
            blocks++;
        EXPECT(blocks >= 16);
        EXPECT(frames.end(frame));
    }
}
