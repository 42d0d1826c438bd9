// test_object_arena.cpp - where objects lie, what comes back, what is refused
// SPDX-License-Identifier: MIT
#include <core/memory/object_kit.hpp>

using namespace object_kit;

namespace {

constexpr TypeInfo kSixteen = plain(16);
constexpr TypeInfo kHundred = counted(100);
constexpr TypeInfo kThreeHundred = counted(300);

// All bytes of a chunk that blocks can have.
size_t usable(const ObjectFigures& figures) {
    return figures.chunk_bytes - figures.chunks * (sizeof(ObjectChunk) + kBlockUnit);
}

// Not a unit is left over; in checked builds, less than the smallest block at each place where the
// last one did not fit.
bool all_used(const ObjectFigures& figures) {
    const size_t left = usable(figures) - figures.bytes;
    return left <= (kChecked ? usable(figures) / 8 : 0);
}

struct Parent {
    explicit Parent(void* child) : child(child) {}
    Parent(Parent&&) = delete;
    ~Parent() {
        drops++;
        object_decref(child);
    }
    void* child;
};

void release_two(void* objects) {
    object_decref(static_cast<void**>(objects)[0]);
    object_decref(static_cast<void**>(objects)[1]);
}

struct Pressed {
    ObjectArena* arena;
    void* victim;
    uint32_t calls;
    void* inner;  // what an allocation inside the function gave
};

void give_way(void* self, ObjectArena& arena, size_t wanted) {
    Pressed& pressed = *static_cast<Pressed*>(self);
    EXPECT(wanted >= 16);
    pressed.calls++;
    static constexpr TypeInfo kHuge4K = plain(4000);
    pressed.inner = arena.allocate(kHuge4K);
    object_decref(pressed.victim);
    pressed.victim = nullptr;
}

}  // namespace

TEST(a_released_object_leaves_its_memory_to_the_next) {
    SmallKit kit(kSmall);
    void* first = kit->allocate(kHundred);
    void* second = kit->allocate(kHundred);
    object_decref(first);
    EXPECT_EQ(kit->allocate(kHundred), first);
    object_decref(first);
    object_decref(second);
    EXPECT_EQ(kit.figures().bytes, size_t(0));
    EXPECT_EQ(kit.figures().reclaimed_bytes, 3 * units_for(100) * kBlockUnit);
    EXPECT(kit->invariants_hold());
}

TEST(a_million_objects_in_turn_need_one_chunk) {
    SmallKit kit(kSmall);
    for (uint32_t i = 0; i < 1000000; i++)
        object_decref(kit->allocate(i % 3 == 0 ? kThreeHundred : kHundred));
    EXPECT_EQ(kit.figures().chunks, size_t(1));
    EXPECT_EQ(kit.heap.figures().takes, 1u);
    EXPECT_EQ(kit.figures().allocated, size_t(1000000));
}

TEST(chunks_double_from_first_to_largest_and_go_back_when_empty) {
    SmallKit kit(kSmall);
    void* objects[40];
    uint32_t made = 0;
    while (kit.figures().chunks < 5)
        objects[made++] = kit->allocate(kThreeHundred);
    EXPECT_EQ(kit.figures().chunk_bytes, size_t(1024 + 2048 + 4096 + 4096 + 4096));
    while (made != 0)
        object_decref(objects[--made]);
    EXPECT(kit->invariants_hold());
    EXPECT_EQ(kit.figures().chunks, size_t(1));  // one stays, for what comes next
    kit->trim();
    EXPECT_EQ(kit.figures().chunks, size_t(0));
    EXPECT_EQ(kit.heap.figures().free, kit.all_free);
}

TEST(no_unit_of_a_chunk_is_lost) {
    SmallKit kit(kSmall);
    while (kit.figures().chunks < 3)
        kit->allocate(kThreeHundred);
    ObjectFigures before = kit.figures();
    while (kit.figures().chunks < 4) {
        before = kit.figures();
        kit->allocate(kSixteen);
    }
    EXPECT(all_used(before));
    EXPECT(kit->invariants_hold());
}

TEST(objects_are_aligned_as_asked_and_the_gaps_before_them_are_used) {
    static constexpr TypeInfo kAligned[] = {plain(24, 16),  plain(24, 32),   plain(40, 64),
                                            plain(24, 128), plain(24, 256),  plain(24, 512),
                                            plain(8, 1024), plain(24, 2048), plain(24, 4096)};
    Kit<64 * 1024> kit({8192, 16384});
    for (int round = 0; round < 3; round++)
        for (const TypeInfo& type : kAligned) {
            void* object = kit->allocate(type);
            EXPECT(object != nullptr && is_aligned(uintptr_t(object), type.alignment));
            EXPECT_EQ(&object_type(object), &type);
            fill(object, type.size, 0xEE);
            EXPECT(kit->invariants_hold());
        }
    const size_t chunks = kit.figures().chunks;
    ObjectFigures before = kit.figures();
    while (kit.figures().chunks == chunks) {
        before = kit.figures();
        kit->allocate(kSixteen);
    }
    EXPECT(all_used(before));
}

TEST(sizes_near_the_largest_number_are_refused_and_change_nothing) {
    SmallKit kit(kSmall);
    kit->allocate(kHundred);
    const ObjectFigures before = kit.figures();
    static constexpr TypeInfo kAbsurd[] = {plain(kHuge),           plain(kHuge - 15),
                                           plain(kHuge - 16),      plain(kHuge - 31, 4096),
                                           plain(kHuge / 2, 4096), plain(kMostObjectBytes + 1),
                                           plain(16, 8192)};
    for (const TypeInfo& type : kAbsurd)
        EXPECT(kit->allocate(type) == nullptr);
    static constexpr TypeInfo kTooMuchHere = plain(kMostObjectBytes, 4096);
    EXPECT(kit->allocate(kTooMuchHere) == nullptr);
    EXPECT_EQ(kit.figures().refused_too_large, size_t(7));
    EXPECT_EQ(kit.figures().refused_no_memory, size_t(1));
    EXPECT_EQ(kit.figures().bytes, before.bytes);
    EXPECT_EQ(kit.figures().chunk_bytes, before.chunk_bytes);
    static constexpr TypeInfo kCrooked = plain(16, 24);
    EXPECT_PANIC((void)kit->allocate(kCrooked));
}

TEST(an_object_larger_than_any_chunk_has_one_of_its_own_that_goes_back_at_once) {
    SmallKit kit(kSmall);
    void* small = kit->allocate(kHundred);
    static constexpr TypeInfo kLarge = plain(10000, 64);
    void* large = kit->allocate(kLarge);
    EXPECT(large != nullptr && is_aligned(uintptr_t(large), 64));
    fill(large, 10000, 1);
    EXPECT_EQ(kit.figures().chunks, size_t(2));
    object_decref(large);
    EXPECT_EQ(kit.figures().chunks, size_t(1));
    EXPECT(kit->invariants_hold());
    object_decref(small);
}

TEST(a_nearly_full_provider_gives_smaller_chunks) {
    Kit<8192> kit({4096, 4096});
    uint32_t objects = 0;
    while (kit->allocate(kSixteen) != nullptr)
        objects++;
    EXPECT(kit.heap.figures().free < 256);
    const size_t block = units_for(16) * kBlockUnit;
    EXPECT(objects * block > kit.all_free - 16 * (sizeof(ObjectChunk) + block));
    EXPECT_EQ(kit.figures().refused_no_memory, size_t(1));
    EXPECT(kit->invariants_hold());
}

TEST(a_bad_arena_configuration_is_refused) {
    SmallKit kit(kSmall);
    ObjectArena arena;
    EXPECT_EQ(arena.init(kit.provider, 0, {128, 4096}), Status::bad_config);
    EXPECT_EQ(arena.init(kit.provider, 0, {4096, 1024}), Status::bad_config);
    EXPECT_EQ(arena.init(kit.provider, 0, {4096, kMostChunkBytes + 1}), Status::bad_config);
    EXPECT_OK(arena.init(kit.provider, 0));
}

TEST(what_another_core_releases_comes_back_at_the_next_allocation) {
    NEEDS_CORES(2);
    SmallKit kit(kSmall);
    void* objects[] = {kit->allocate(kHundred), kit->allocate(kHundred)};
    drops = 0;
    EXPECT(port::start_core(1, false, release_two, objects));
    port::join_core(1);
    EXPECT_EQ(drops, 2u);
    EXPECT_EQ(kit.figures().objects, size_t(2));
    EXPECT(kit->invariants_hold());
    void* next = kit->allocate(kHundred);
    EXPECT(next == objects[0] || next == objects[1]);
    EXPECT_EQ(kit.figures().objects, size_t(1));
    EXPECT_EQ(kit.figures().remote_releases, size_t(2));
    object_decref(next);
}

TEST(an_arena_without_an_owner_collects_what_everybody_releases) {
    SmallKit kit(kSmall);
    port::set_current_worker(nullptr);
    kit->adopt();
    object_decref(kit->allocate(kHundred));
    EXPECT_EQ(kit.figures().objects, size_t(1));
    EXPECT_EQ(kit->collect(), 1u);
    EXPECT_EQ(kit.figures().objects, size_t(0));
    port::set_current_worker(&kit);
    kit->adopt();
}

TEST(another_worker_cannot_take_a_chunk) {
    SmallKit kit(kSmall);
    port::set_current_worker(&drops);
    EXPECT_PANIC((void)kit->allocate(kHundred));
    port::set_current_worker(&kit);
}

TEST(pressure_is_relieved_once_before_an_object_is_refused) {
    Kit<8192> kit({1024, 4096});
    static constexpr TypeInfo kFat = plain(3000);
    Pressed pressed = {&kit.arena, kit->allocate(kFat), 0, &kit};
    kit->set_pressure(give_way, &pressed);
    while (kit.figures().pressure_calls == 0)
        EXPECT(kit->allocate(kThreeHundred) != nullptr);
    EXPECT_EQ(pressed.calls, 1u);      // the allocation inside did not call it again,
    EXPECT(pressed.inner == nullptr);  // but was refused and counted
    EXPECT_EQ(kit.figures().refused_no_memory, size_t(1));
    while (kit->allocate(kThreeHundred) != nullptr) {
    }
    EXPECT_EQ(kit.figures().pressure_calls, size_t(2));
    EXPECT(kit->invariants_hold());
}

TEST(pressure_is_called_before_chunks_pass_the_threshold) {
    SmallKit kit({1024, 1024, 2048});
    Pressed pressed = {&kit.arena, nullptr, 0, &kit};
    kit->set_pressure(give_way, &pressed);
    while (kit.figures().chunks < 2)
        kit->allocate(kThreeHundred);
    EXPECT_EQ(pressed.calls, 0u);
    pressed.victim = kit->allocate(kThreeHundred);
    while (pressed.calls == 0)
        kit->allocate(kThreeHundred);
    EXPECT_EQ(pressed.victim, static_cast<void*>(nullptr));
    EXPECT(kit->invariants_hold());
}

TEST(reset_drops_every_object_once_whoever_refers_to_it) {
    SmallKit kit(kSmall);
    drops = 0;
    void* first = kit->allocate(kHundred);
    void* parent = kit->create<Parent>(first);  // dropped after its child
    void* late = kit->create<Parent>(parent);
    object_incref(late);
    for (int i = 0; i < 20; i++)
        kit->allocate(kThreeHundred);
    kit->reset();
    EXPECT_EQ(drops, 23u);
    EXPECT_EQ(kit.figures().objects, size_t(0));
    EXPECT_EQ(kit.heap.figures().free, kit.all_free);
    EXPECT(kit->invariants_hold());
    drops = 0;
    object_decref(kit->create<Parent>(kit->allocate(kHundred)));
    EXPECT_EQ(drops, 2u);
    EXPECT(kit->invariants_hold());
}

TEST(an_arena_works_in_sixteen_static_kilobytes) {
    Kit<16 * 1024> kit(kSmall);
    uint32_t counts[2] = {};
    for (uint32_t& count : counts) {
        void* last = nullptr;
        while (void* object = kit->allocate(kHundred)) {
            *static_cast<void**>(object) = last;
            last = object;
            count++;
        }
        while (last != nullptr) {
            void* const before = *static_cast<void**>(last);
            object_decref(last);
            last = before;
        }
        kit->trim();
        EXPECT_EQ(kit.heap.figures().free, kit.all_free);
    }
    EXPECT_EQ(counts[0], counts[1]);
    EXPECT(counts[0] * units_for(100) * kBlockUnit > 14 * 1024);
}
