// test_frame_checked.cpp - what checked builds know of frames: damage, contents, who holds one
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/memory/frame_set.hpp>

#if WEFT_CHECKED

using namespace weft;

namespace {

constexpr uint32_t kInFlight = 3;
alignas(4096) unsigned char heap_memory[64 * 1024];

struct Fixture {
    Fixture() {
        EXPECT_OK(heap.init(Bytes{heap_memory, sizeof heap_memory}, 256, 4096));
        provider.init(Span<ChunkHeap>(&heap, 1), NodePolicy::own_only);
        for (WorkerFrame& frame : worker_frames)
            EXPECT_OK(frame.arena.init(provider, 0, {1024, 4096, FrameRetention::keep_all}));
        EXPECT_OK(set.init(worker_frames, sizeof worker_frames, 1, kInFlight));
    }
    Frame begin(Site site = Site::here()) {
        Frame frame = {};
        EXPECT_OK(set.begin(&frame, site));
        return frame;
    }
    ChunkHeap heap;
    ChunkProvider provider;
    WorkerFrame worker_frames[kInFlight];
    FrameSet set;
};

struct Boxed {
    explicit Boxed(uint32_t number) : number(number) {}
    ~Boxed() {}
    uint32_t number;
};

template <class Item>
struct Seen {
    uint32_t count = 0;
    Item items[8] = {};

    static void note(void* self, const Item& item) {
        Seen& seen = *static_cast<Seen*>(self);
        seen.items[seen.count++ % 8] = item;
    }
};

Seen<FrameUser> users_of(const FrameSet& set) {
    Seen<FrameUser> seen;
    set.for_each_user(Seen<FrameUser>::note, &seen);
    return seen;
}

bool contains(const char* text, const char* part) {
    for (; *text != 0; text++) {
        size_t i = 0;
        while (part[i] != 0 && text[i] == part[i])
            i++;
        if (part[i] == 0) return true;
    }
    return false;
}

}  // namespace

TEST(a_write_past_a_frame_block_is_found_when_it_is_freed) {
    const ptrdiff_t places[] = {-1, 24, 30};
    for (const ptrdiff_t place : places) {
        Fixture f;
        FrameArena& arena = f.worker_frames[0].arena;
        const uint32_t line = __LINE__ + 1;
        unsigned char* block = static_cast<unsigned char*>(arena.allocate(24));
        block[place] ^= 1;
        EXPECT_PANIC(arena.reset());
        EXPECT_EQ(unit::panic_tag(), file_tag(__FILE__));
        EXPECT_EQ(unit::panic_line(), line);  // where the block is from
        block[place] ^= 1;
    }
}

TEST(frame_memory_is_poisoned_fresh_and_freed) {
    Fixture f;
    FrameArena& arena = f.worker_frames[0].arena;
    const FrameCheckpoint start = arena.checkpoint();
    unsigned char* block = static_cast<unsigned char*>(arena.allocate(24, 64));
    for (int i = 0; i < 24; i++)
        EXPECT_EQ(block[i], kFreshByte);
    arena.rollback(start);
    for (int i = 0; i < 24; i++)
        EXPECT_EQ(block[i], kFreedByte);
}

TEST(a_frames_blocks_are_listed_with_place_and_age) {
    Fixture f;
    const Frame frame = f.begin();
    FrameMemory memory = f.set.memory(frame, 0);
    const uint32_t line = __LINE__ + 1;
    void* first = memory.allocate(10);
    void* second = memory.allocate_array<uint64_t>(4);
    Seen<Leak> seen;
    memory.arena().for_each_block(Seen<Leak>::note, &seen);
    EXPECT_EQ(seen.count, 2u);
    EXPECT(seen.items[0].block == second && seen.items[1].block == first);
    EXPECT(seen.items[0].bytes == 32 && seen.items[1].bytes == 10);
    EXPECT(seen.items[0].site.line == line + 1 && seen.items[1].site.line == line);
    EXPECT(seen.items[0].age == 2 && seen.items[1].age == 1);
    EXPECT(f.set.end(frame));
}

TEST(boxes_that_a_frame_will_destroy_are_listed_by_type_and_place) {
    Fixture f;
    const Frame frame = f.begin();
    const uint32_t line = __LINE__ + 1;
    FrameMemory memory = f.set.memory(frame, 0);
    const Boxed* box = memory.create<Boxed>(1u);
    const FrameCheckpoint between = memory.arena().checkpoint();
    const Boxed* later = memory.arena().create_at<Boxed>(Site::here(), 2u);
    EXPECT_EQ(*memory.create<uint32_t>(3u), 3u);  // nothing to run
    Seen<FrameBox> seen;
    memory.arena().for_each_box(Seen<FrameBox>::note, &seen);
    EXPECT_EQ(seen.count, 2u);
    EXPECT(seen.items[0].object == later && seen.items[0].site.line == line + 3);
    EXPECT(seen.items[1].object == box && seen.items[1].site.line == line);
    EXPECT(contains(seen.items[1].type, "Boxed"));
    memory.arena().rollback(between);
    Seen<FrameBox> left;
    memory.arena().for_each_box(Seen<FrameBox>::note, &left);
    EXPECT_EQ(left.count, 1u);
    EXPECT(f.set.end(frame));
}

TEST(a_frames_trace_notes_allocations_and_one_event_a_reset) {
    Fixture f;
    AllocationTrace trace;
    FrameArena& arena = f.worker_frames[0].arena;
    arena.set_trace(&trace);
    void* first = arena.allocate(10);
    (void)arena.allocate(20);
    const uint32_t line = __LINE__ - 2;
    arena.reset();
    arena.reset();  // frees nothing
    Seen<AllocationEvent> seen;
    trace.for_each(Seen<AllocationEvent>::note, &seen);
    EXPECT_EQ(seen.count, 3u);
    EXPECT(seen.items[0].block == first && seen.items[0].site.line == line);
    EXPECT(seen.items[1].kind == AllocationKind::allocated && seen.items[1].bytes == 20);
    EXPECT(seen.items[2].kind == AllocationKind::freed && seen.items[2].bytes == 30);
}

TEST(who_keeps_a_frame_from_its_reset_is_known_by_place_and_age) {
    Fixture f;
    EXPECT_EQ(users_of(f.set).count, 0u);
    const uint32_t line = __LINE__ + 1;
    const Frame frame = f.begin();
    for (uint32_t i = 0; i < 3; i++)
        f.set.enter(frame);
    Seen<FrameUser> seen = users_of(f.set);
    EXPECT_EQ(seen.count, 2u);
    EXPECT(seen.items[0].kind == FrameUser::begun && seen.items[0].site.line == line);
    EXPECT(seen.items[1].kind == FrameUser::entered && seen.items[1].site.line == line + 2);
    EXPECT_EQ(seen.items[1].count, 3u);
    EXPECT_EQ(seen.items[1].age, 0u);

    EXPECT(!f.set.end(frame));
    EXPECT(f.set.end(f.begin()));
    EXPECT(!f.set.leave(frame, seen.items[1].site));
    EXPECT(!f.set.leave(frame));  // does not say whose
    seen = users_of(f.set);
    EXPECT_EQ(seen.count, 2u);
    EXPECT(seen.items[0].count == 2 && seen.items[0].kind == FrameUser::entered);
    EXPECT(seen.items[1].count == 1 && seen.items[1].kind == FrameUser::unnamed);
    EXPECT_EQ(seen.items[0].age, 1u);
    EXPECT_EQ(seen.items[0].frame, frame.number);
    EXPECT_PANIC(f.set.shutdown());  // and prints them
    EXPECT(f.set.leave(frame));
    EXPECT_EQ(users_of(f.set).count, 0u);
    f.set.shutdown();
}

TEST(more_places_than_are_kept_are_counted_as_unknown) {
    Fixture f;
    const Frame frame = f.begin();
    constexpr uint32_t kPlaces = 20;
    for (uint32_t i = 1; i <= kPlaces; i++)
        f.set.enter(frame, {"somewhere", i});
    Seen<FrameUser> seen = users_of(f.set);
    EXPECT_EQ(seen.count, 1u + 16 + 1);
    EXPECT(seen.items[(seen.count - 1) % 8].kind == FrameUser::unknown);
    EXPECT_EQ(seen.items[(seen.count - 1) % 8].count, kPlaces - 16);
    for (uint32_t i = 1; i <= kPlaces; i++)
        EXPECT(!f.set.leave(frame, {"somewhere", i}));
    EXPECT_EQ(users_of(f.set).count, 1u);
    EXPECT(f.set.end(frame));
}

#endif
