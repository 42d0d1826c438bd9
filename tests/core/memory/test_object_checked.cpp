// test_object_checked.cpp - what checked builds catch of objects' users: where, and who leaked
// SPDX-License-Identifier: MIT
#include <core/memory/object_kit.hpp>

#if WEFT_CHECKED

using namespace object_kit;

namespace {

constexpr TypeInfo kForty = plain(40);
constexpr TypeInfo kHundred = plain(100);

unsigned char* make(ObjectArena& arena, const TypeInfo& type, Site site = Site::here()) {
    return static_cast<unsigned char*>(arena.allocate(type, site));
}

// Whether letting go panics, and with the place of the call.
bool ends_badly_here(void* object) {
    const uint32_t line = __LINE__ + 1;
    const bool panicked = unit::panics_in([&] { object_decref(object); });
    return panicked && unit::panic_tag() == file_tag(__FILE__) && unit::panic_line() == line;
}

struct Leaks {
    uint32_t count = 0;
    Leak last = {};

    explicit Leaks(const ObjectArena& arena) {
        arena.for_each_leak(
            [](void* self, const Leak& leak) {
                static_cast<Leaks*>(self)->count++;
                static_cast<Leaks*>(self)->last = leak;
            },
            this);
    }
};

struct Trace {
    uint32_t count = 0;
    AllocationEvent events[kTraceEvents];

    explicit Trace(const ObjectArena& arena) {
        arena.for_each_event(
            [](void* self, const AllocationEvent& event) {
                Trace& trace = *static_cast<Trace*>(self);
                trace.events[trace.count++ % kTraceEvents] = event;
            },
            this);
    }
    const AllocationEvent& from_last(uint32_t back) const { return events[count - 1 - back]; }
};

void release_there(void* object) {
    object_decref(object);
}

}  // namespace

TEST(fresh_and_ended_objects_are_poisoned_and_guarded) {
    SmallKit kit(kSmall);
    unsigned char* object = make(kit.arena, kHundred);
    EXPECT(is_filled(object, 100, kFreshByte));
    EXPECT(is_filled(object - 16, 16, kGuardByte));
    EXPECT(is_filled(object + 100, kGuardBytes, kGuardByte));
    object_decref(object);
    EXPECT(is_filled(object, 100, kFreedByte));
}

TEST(a_decref_too_many_panics_where_it_is_called) {
    SmallKit kit(kSmall);
    void* keeps_the_chunk = make(kit.arena, kForty);
    void* object = make(kit.arena, kForty);
    object_decref(object);
    EXPECT(ends_badly_here(object));
    EXPECT_PANIC(object_incref(object));
    object_decref(keeps_the_chunk);
}

TEST(a_pointer_that_is_no_object_is_caught_where_it_is_let_go) {
    SmallKit kit(kSmall);
    unsigned char* object = make(kit.arena, kHundred);
    alignas(16) unsigned char elsewhere[64] = {};
    EXPECT(ends_badly_here(elsewhere + 32));
    EXPECT(ends_badly_here(object + 16));
    object_decref(object);
}

TEST(a_write_before_an_object_is_caught_when_it_is_let_go) {
    constexpr ptrdiff_t kPlaces[] = {-1, -8, -16};
    for (const ptrdiff_t at : kPlaces) {
        SmallKit kit(kSmall);
        unsigned char* object = make(kit.arena, kForty);
        object[at] ^= 1;
        EXPECT(ends_badly_here(object));
        EXPECT(!kit->invariants_hold());
        object[at] ^= 1;
    }
}

TEST(a_write_past_an_object_is_caught_when_it_is_let_go) {
    constexpr TypeInfo kTypes[] = {plain(0), plain(1), plain(40), plain(64), plain(900)};
    for (const TypeInfo& type : kTypes) {
        SmallKit kit(kSmall);
        unsigned char* object = make(kit.arena, type);
        object_incref(object);
        object[type.size] ^= 1;
        EXPECT(ends_badly_here(object));  // not only by the last one
        EXPECT(!kit->invariants_hold());
        EXPECT_PANIC(kit->reset());
        object[type.size] ^= 1;
    }
}

TEST(what_a_drop_function_writes_past_its_object_is_caught) {
    static constexpr TypeInfo kClumsy = {
        40, 8, 4, [](void* object) { static_cast<unsigned char*>(object)[40] = 0; }, nullptr};
    SmallKit kit(kSmall);
    unsigned char* object = make(kit.arena, kClumsy);
    EXPECT(ends_badly_here(object));
    object[40] = kGuardByte;
}

TEST(a_write_to_an_ended_object_is_caught_when_its_memory_is_taken) {
    constexpr uint32_t kPlaces[] = {0, 7, 39, 60};
    for (const uint32_t at : kPlaces) {
        alignas(SmallKit) unsigned char place[sizeof(SmallKit)];
        SmallKit& kit = *construct_at<SmallKit>(place, kSmall);  // left as the panic leaves it
        EXPECT(make(kit.arena, kForty) != nullptr);
        unsigned char* object = make(kit.arena, kForty);
        EXPECT(make(kit.arena, kForty) > object);  // so that it becomes a free block
        object_decref(object);
        EXPECT(kit->invariants_hold());
        object[at] ^= 1;
        EXPECT(!kit->invariants_hold());
        EXPECT_PANIC((void)make(kit.arena, kForty));
        port::set_current_worker(nullptr);
    }
}

TEST(live_objects_are_listed_with_place_and_age) {
    SmallKit kit(kSmall);
    object_decref(make(kit.arena, kForty));
    const uint32_t line = __LINE__ + 1;
    void* leaked = make(kit.arena, kHundred);
    object_decref(make(kit.arena, kForty));
    const Leaks leaks(kit.arena);
    EXPECT_EQ(leaks.count, 1u);
    EXPECT(leaks.last.block == leaked);
    EXPECT_EQ(leaks.last.bytes, size_t(100));
    EXPECT_EQ(leaks.last.site.line, line);
    EXPECT_EQ(leaks.last.site.tag(), file_tag(__FILE__));
    EXPECT_EQ(leaks.last.age, 2u);
    kit->reset();
    EXPECT_EQ(Leaks(kit.arena).count, 0u);
}

TEST(a_moved_object_keeps_its_place_of_allocation) {
    Kit<64 * 1024> kit({1024, 1024});
    static HandleSlot slots[32];
    HandleTable table;
    table.init(slots);
    Handle handles[32];
    uint32_t count = 0;
    const uint32_t line = __LINE__ + 2;
    while (kit.figures().chunks < 4)
        handles[count++] = table.add(make(kit.arena, kHundred)).value();
    for (uint32_t i = 0; i < count; i++)
        if (i % 3 != 0) table.remove(handles[i]);
    EXPECT(table.compact(kit.arena, 100).moved != 0);
    EXPECT(kit->invariants_hold());
    EXPECT_EQ(Leaks(kit.arena).last.site.line, line);
    for (uint32_t i = 0; i < count; i += 3)
        table.remove(handles[i]);
}

TEST(created_objects_are_listed_under_their_arena_or_a_place_of_choice) {
    SmallKit kit(kSmall);
    object_decref(kit->create<int>(1));
    EXPECT(Trace(kit.arena).from_last(1).site.tag() != file_tag(__FILE__));  // the kit's init
    (void)kit->create_at<int>(Site::here(), 1);
    EXPECT_EQ(Leaks(kit.arena).last.site.line, uint32_t(__LINE__ - 1));
}

TEST(the_trace_of_objects_says_who_let_go_also_on_another_core) {
    NEEDS_CORES(2);
    SmallKit kit(kSmall);
    for (uint32_t i = 0; i < kTraceEvents; i++)
        object_decref(make(kit.arena, kForty));
    const uint32_t line = __LINE__ + 1;
    void* object = make(kit.arena, kHundred);
    EXPECT(port::start_core(1, false, release_there, object));
    port::join_core(1);
    EXPECT_EQ(kit->collect(), 1u);
    const Trace trace(kit.arena);
    EXPECT_EQ(trace.count, kTraceEvents);
    const AllocationEvent& taken = trace.from_last(1);
    const AllocationEvent& freed = trace.from_last(0);
    EXPECT(taken.kind == AllocationKind::allocated && freed.kind == AllocationKind::freed);
    EXPECT(taken.block == object && taken.bytes == 100 && taken.site.line == line);
    EXPECT(freed.block == object && freed.bytes == 100 && freed.number == taken.number + 1);
    EXPECT(freed.site.tag() == file_tag(__FILE__) && freed.site.line < line);
}

#endif
