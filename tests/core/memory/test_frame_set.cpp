// test_frame_set.cpp - frames in flight: never reset while used, never usable when done
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/memory/frame_set.hpp>

using namespace weft;

namespace {

constexpr uint32_t kWorkers = 2;
constexpr uint32_t kInFlight = 3;
alignas(4096) unsigned char heap_memory[128 * 1024];

struct Fixture {
    Fixture() {
        EXPECT_OK(heap.init(Bytes{heap_memory, sizeof heap_memory}, 256, 4096));
        provider.init(Span<ChunkHeap>(&heap, 1), NodePolicy::own_only);
        for (WorkerFrame& frame : worker_frames)
            EXPECT_OK(frame.arena.init(provider, 0, {1024, 4096, FrameRetention::keep_all}));
        EXPECT_OK(set.init(worker_frames, sizeof(WorkerFrame) * kInFlight, kWorkers, kInFlight));
    }
    Frame begin() {
        Frame frame = {};
        EXPECT_OK(set.begin(&frame));
        return frame;
    }
    ChunkHeap heap;
    ChunkProvider provider;
    WorkerFrame worker_frames[kWorkers * kInFlight];
    FrameSet set;
};

uint32_t dropped;
struct Dropped {
    ~Dropped() { dropped++; }
    uint32_t number = 1;
};

}  // namespace

TEST(frames_are_numbered_and_a_full_pipeline_refuses_the_next) {
    Fixture f;
    Frame frames[kInFlight];
    for (uint32_t i = 0; i < kInFlight; i++) {
        frames[i] = f.begin();
        EXPECT_EQ(frames[i].number, i);
    }
    Frame more = {};
    EXPECT_EQ(f.set.begin(&more), Status::frame_busy);
    EXPECT_EQ(f.set.figures().refused, 1u);
    EXPECT(f.set.end(frames[1]));
    EXPECT_EQ(f.set.begin(&more), Status::frame_busy);  // the oldest is still open
    EXPECT(f.set.end(frames[0]));
    EXPECT_OK(f.set.begin(&more));
    EXPECT_EQ(more.number, kInFlight);
    EXPECT(f.set.end(frames[2]) && f.set.end(more));
    EXPECT_EQ(f.set.figures().completed, 4u);
    f.set.shutdown();
}

TEST(a_frame_with_users_is_not_reset_by_its_end) {
    Fixture f;
    const Frame frame = f.begin();
    f.set.enter(frame);
    uint32_t* number = f.set.memory(frame, 0).create<uint32_t>(77u);
    EXPECT(!f.set.end(frame));
    for (uint32_t i = 0; i < kInFlight - 1; i++) {
        const Frame other = f.begin();
        uint32_t* noise = f.set.memory(other, 0).create<uint32_t>(1u);
        EXPECT(noise != number);
        EXPECT(f.set.end(other));
    }
    Frame refused = {};
    EXPECT_EQ(f.set.begin(&refused), Status::frame_busy);
    EXPECT_EQ(*number, 77u);
    EXPECT_EQ(f.set.users(frame), 1u);
    EXPECT(f.set.memory(frame, 0).allocate(8) != nullptr);  // a user may go on allocating
    EXPECT(f.set.leave(frame));
    EXPECT_OK(f.set.begin(&refused));
    EXPECT(f.set.end(refused));
}

TEST(using_a_frame_after_it_is_done_panics) {
    Fixture f;
    const Frame frame = f.begin();
    EXPECT(f.set.is_live(frame));
    EXPECT(f.set.end(frame));
    EXPECT(!f.set.is_live(frame));
    EXPECT_PANIC((void)f.set.memory(frame, 0));
    EXPECT_PANIC(f.set.enter(frame));
    EXPECT_PANIC((void)f.set.leave(frame));
    EXPECT_PANIC((void)f.set.end(frame));
    for (uint32_t i = 0; i < kInFlight; i++)
        EXPECT(f.set.end(f.begin()));
    EXPECT_PANIC((void)f.set.memory(frame, 0));  // the slot lives again; the frame does not
}

TEST(ending_a_frame_twice_panics) {
    Fixture f;
    const Frame frame = f.begin();
    f.set.enter(frame);
    EXPECT(!f.set.end(frame));
    EXPECT_PANIC((void)f.set.end(frame));
    EXPECT(f.set.leave(frame));
}

#if WEFT_CHECKED
TEST(a_memory_handle_kept_past_its_frame_panics_in_checked_builds) {
    Fixture f;
    const Frame frame = f.begin();
    FrameMemory memory = f.set.memory(frame, 0);
    EXPECT(memory.allocate(8) != nullptr);
    EXPECT(f.set.end(frame));
    EXPECT_PANIC((void)memory.allocate(8));
    EXPECT_PANIC((void)FrameMemory().allocate(8));
}
#endif

TEST(each_worker_has_its_own_memory_in_each_frame) {
    Fixture f;
    const Frame a = f.begin();
    const Frame b = f.begin();
    FrameArena* arenas[] = {&f.set.memory(a, 0).arena(), &f.set.memory(a, 1).arena(),
                            &f.set.memory(b, 0).arena(), &f.set.memory(b, 1).arena()};
    for (uint32_t i = 0; i < 4; i++)
        for (uint32_t k = 0; k < i; k++)
            EXPECT(arenas[i] != arenas[k]);
    EXPECT_PANIC((void)f.set.memory(a, kWorkers));
    EXPECT(f.set.end(a) && f.set.end(b));
}

TEST(memory_of_a_done_frame_serves_the_next_in_its_slot) {
    Fixture f;
    size_t held = 0;
    for (uint32_t i = 0; i < 30; i++) {
        const Frame frame = f.begin();
        FrameMemory memory = f.set.memory(frame, 0);
        EXPECT_EQ(memory.arena().used(), 0u);
        for (int k = 0; k < 10; k++)
            EXPECT(memory.allocate(300) != nullptr);
        EXPECT(f.set.end(frame));
        const size_t now = f.heap.figures().total - f.heap.figures().free;
        if (i == kInFlight - 1) held = now;
        if (i >= kInFlight) EXPECT_EQ(now, held);
    }
}

TEST(destructors_run_when_the_frame_is_done_and_only_once) {
    Fixture f;
    dropped = 0;
    const Frame frame = f.begin();
    f.set.enter(frame);
    for (uint32_t worker = 0; worker < kWorkers; worker++)
        for (int i = 0; i < 3; i++)
            (void)f.set.memory(frame, worker).create<Dropped>();
    EXPECT(!f.set.end(frame));
    EXPECT_EQ(dropped, 0u);
    EXPECT(f.set.leave(frame));
    EXPECT_EQ(dropped, 6u);
    for (uint32_t i = 0; i < 2 * kInFlight; i++) {
        const Frame next = f.begin();
        (void)f.set.memory(next, 1).create<Dropped>();
        EXPECT(f.set.end(next));
    }
    EXPECT_EQ(dropped, 6u + 2 * kInFlight);
}

TEST(two_cores_use_and_leave_frames_and_nothing_is_lost) {
    NEEDS_CORES(2);
    struct Shared {
        Fixture f;
        Frame frame;
        Atomic<uint32_t> turn{0}, done{0};
        uint32_t sum = 0, wrong = 0;
    };
    static Shared* shared;
    Shared mine;
    shared = &mine;
    dropped = 0;
    uint32_t impossible = 0;
    constexpr uint32_t kRounds = 2000;
    const auto other = [](void*) {
        for (uint32_t round = 1; round <= kRounds; round++) {
            // Acquire: the frame. Pairs with the release store of the test below.
            unit::wait_until([round] { return shared->turn.load_acquire() == round; });
            const Frame frame = shared->frame;
            FrameMemory memory = shared->f.set.memory(frame, 1);
            uint32_t* block = memory.allocate_array<uint32_t>(50);
            for (uint32_t i = 0; i < 50; i++)
                block[i] = round + i;
            (void)memory.create<Dropped>();
            for (uint32_t i = 0; i < 50; i++)
                shared->wrong += block[i] != round + i;
            (void)shared->f.set.leave(frame);
            // Release: this side is done with the frame. Pairs with the acquire load below.
            shared->done.store_release(round);
        }
    };
    EXPECT(port::start_core(1, false, other, nullptr));
    for (uint32_t round = 1; round <= kRounds; round++) {
        Frame frame = {};
        unit::wait_until([&] { return mine.f.set.begin(&frame) == Status::ok; });
        mine.f.set.enter(frame);
        mine.frame = frame;
        // Release: publishes the frame. Pairs with the acquire load above.
        mine.turn.store_release(round);
        (void)mine.f.set.memory(frame, 0).create<Dropped>();
        (void)mine.f.set.end(frame);
        // The other worker's figures, while it runs.
        const WorkerFrame& theirs = mine.f.worker_frames[kInFlight + frame.slot];
        impossible += theirs.arena.figures().held > sizeof heap_memory;
        // Acquire: the other side is done with the frame. Pairs with its release store.
        unit::wait_until([&] { return mine.done.load_acquire() == round; });
        mine.wrong += mine.f.set.is_live(frame);
    }
    port::join_core(1);
    EXPECT_EQ(dropped, 2 * kRounds);
    EXPECT_EQ(mine.wrong + impossible, 0u);
    EXPECT_EQ(mine.f.set.figures().completed, kRounds);
}

TEST(a_frame_set_refuses_what_cannot_work) {
    FrameSet set;
    WorkerFrame frames[4];
    EXPECT_EQ(set.init(frames, sizeof frames, 1, 1), Status::bad_config);
    EXPECT_EQ(set.init(frames, sizeof frames, 1, 17), Status::bad_config);
    EXPECT_EQ(set.init(frames, sizeof frames, 0, 2), Status::bad_config);
    EXPECT_EQ(set.init(frames, 2 * sizeof(WorkerFrame), 2, 3), Status::storage_too_small);
    EXPECT_OK(set.init(frames, 2 * sizeof(WorkerFrame), 2, 2));
    Frame frame = {};
    EXPECT_OK(set.begin(&frame));
    EXPECT_PANIC(set.shutdown());
    EXPECT(set.end(frame));
    set.shutdown();
}
