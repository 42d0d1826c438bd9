// test_object_handles.cpp - handles, pins and compaction
// SPDX-License-Identifier: MIT
#include <core/memory/object_kit.hpp>

using namespace object_kit;

namespace {

constexpr TypeInfo kHundred = counted(100);
constexpr TypeInfo kStuck = {100, 8, 4, nullptr, nullptr};
constexpr uint32_t kHandles = 120;

struct Table {
    Table() { table.init(slots); }
    HandleTable* operator->() { return &table; }

    static inline HandleSlot slots[kHandles];
    HandleTable table;
};

// A table full of objects that know their own number, in many chunks.
struct Crowd {
    explicit Crowd(ObjectArena& arena, const TypeInfo& type = kHundred) {
        for (uint32_t i = 0; i < kHandles; i++) {
            void* object = arena.allocate(type);
            fill(object, type.size, (unsigned char)i);
            handles[i] = table->add(object).value();
        }
    }
    // Leaves every n-th.
    void thin(uint32_t n) {
        for (uint32_t i = 0; i < kHandles; i++)
            if (i % n != 0) EXPECT(table->remove(handles[i]));
    }
    bool intact(uint32_t n) {
        for (uint32_t i = 0; i < kHandles; i += n) {
            void* object = table->get(handles[i]);
            if (object == nullptr || !is_filled(object, 100, (unsigned char)i)) return false;
        }
        return true;
    }
    void clear(uint32_t n) {
        for (uint32_t i = 0; i < kHandles; i += n)
            EXPECT(table->remove(handles[i]));
    }

    Table table;
    Handle handles[kHandles];
};

uint32_t compact_all(ObjectArena& arena, HandleTable& table, uint32_t budget) {
    uint32_t moved = 0;
    for (uint32_t calls = 0; calls < 1000; calls++) {
        const CompactResult result = table.compact(arena, budget);
        EXPECT(result.looked_at <= budget);
        EXPECT(arena.invariants_hold());
        moved += result.moved;
        if (result.finished) return moved;
    }
    EXPECT(false);
    return moved;
}

struct Moves {
    uint32_t count = 0;
    bool right = true;
};
void note_move(void* self, void* from, void* to) {
    Moves& moves = *static_cast<Moves*>(self);
    moves.count++;
    moves.right = moves.right && from != to && object_refcount(to) == 1;
}

// A value that points into itself: only its move constructor can move it.
struct Inward {
    explicit Inward(uint32_t value) : value(value) {}
    Inward(Inward&& other) : value(other.value) {}
    ~Inward() { drops++; }
    uint32_t value;
    uint32_t* inside = &value;
    unsigned char rest[80] = {};
};

}  // namespace

TEST(a_stale_handle_gives_null_even_when_its_slot_is_used_again) {
    SmallKit kit(kSmall);
    Table table;
    const Handle old = table->add(kit->allocate(kHundred)).value();
    EXPECT(table->get(old) != nullptr);
    EXPECT(table->remove(old));
    const Handle next = table->add(kit->allocate(kHundred)).value();
    EXPECT_EQ(next.index, old.index);
    EXPECT(table->get(old) == nullptr);
    EXPECT(table->pin(old) == nullptr);
    EXPECT(!table->remove(old));
    EXPECT(table->get(Handle{}) == nullptr);
    EXPECT(table->get({kHandles, 1}) == nullptr);
    EXPECT_EQ(table->figures().stale, 5u);
    EXPECT(table->remove(next));
}

TEST(removing_a_handle_drops_the_object_unless_others_refer_to_it) {
    SmallKit kit(kSmall);
    Table table;
    drops = 0;
    void* object = kit->allocate(kHundred);
    const Handle handle = table->add(object).value();
    object_incref(object);
    EXPECT(table->remove(handle));
    EXPECT_EQ(drops, 0u);
    object_decref(object);
    EXPECT_EQ(drops, 1u);
    EXPECT_PANIC((void)table->add(nullptr));
}

TEST(a_full_table_refuses_and_counts) {
    SmallKit kit(kSmall);
    Crowd crowd(kit.arena);
    void* object = kit->allocate(kHundred);
    EXPECT_EQ(crowd.table->add(object).status(), Status::exhausted);
    EXPECT_EQ(object_refcount(object), 1u);  // still the caller's
    EXPECT_EQ(crowd.table->figures().refused, 1u);
    EXPECT_EQ(crowd.table->figures().peak_used, kHandles);
    object_decref(object);
    crowd.clear(1);
    EXPECT(crowd.table->invariants_hold());
}

TEST(a_table_without_slots_is_full) {
    SmallKit kit(kSmall);
    HandleTable table;
    table.init({});
    void* object = kit->allocate(kHundred);
    EXPECT_EQ(table.add(object).status(), Status::exhausted);
    object_decref(object);
}

TEST(a_slot_that_went_through_all_generations_rests) {
    SmallKit kit(kSmall);
    Table table;
    (void)table->add(kit->allocate(kHundred)).value();
    const uint32_t last = ~uint32_t(0);
    table.slots[0].generation = last;
    EXPECT(table->remove({0, last}));
    EXPECT_EQ(table->figures().retired, 1u);
    EXPECT(table->get({0, 0}) == nullptr);
    const Handle next = table->add(kit->allocate(kHundred)).value();
    EXPECT_EQ(next.index, 1u);
    EXPECT(table->invariants_hold());
    EXPECT(table->remove(next));
}

TEST(nested_pins_are_all_kept) {
    SmallKit kit(kSmall);
    Crowd crowd(kit.arena);
    crowd.thin(10);
    const Handle handle = crowd.handles[10];
    void* const object = crowd.table->pin(handle);
    EXPECT_EQ(crowd.table->pin(handle), object);
    crowd.table->unpin(handle);
    for (uint32_t i = 0; i < kHandles; i += 10)
        if (i != 10) crowd.table->pin(crowd.handles[i]);
    EXPECT_EQ(compact_all(kit.arena, crowd.table.table, 1000), 0u);
    EXPECT_EQ(crowd.table->get(handle), object);
    EXPECT_PANIC((void)crowd.table->remove(handle));
    crowd.table->unpin(handle);
    EXPECT_PANIC(crowd.table->unpin(handle));
    EXPECT(compact_all(kit.arena, crowd.table.table, 1000) <= 1u);
    for (uint32_t i = 0; i < kHandles; i += 10)
        if (i != 10) crowd.table->unpin(crowd.handles[i]);
    crowd.clear(10);
}

TEST(compaction_empties_sparse_chunks_and_keeps_every_byte) {
    SmallKit kit(kSmall);
    Crowd crowd(kit.arena);
    Moves moves;
    crowd.table->set_moved(note_move, &moves);
    crowd.thin(8);
    const ObjectFigures before = kit.figures();
    const uint32_t moved = compact_all(kit.arena, crowd.table.table, 1000);
    EXPECT(moved != 0);
    EXPECT_EQ(moves.count, moved);
    EXPECT(moves.right);
    EXPECT_EQ(kit.figures().moves, size_t(moved));
    EXPECT_EQ(kit.figures().bytes, before.bytes);
    EXPECT(kit.figures().chunks <= 2 && before.chunks >= 5);
    EXPECT(crowd.intact(8));
    EXPECT(crowd.table->invariants_hold());
    crowd.clear(8);
    EXPECT_EQ(kit.figures().objects, size_t(0));
    EXPECT(kit->invariants_hold());
}

TEST(compaction_keeps_to_its_budget_and_goes_on_where_it_was) {
    SmallKit kit(kSmall);
    Crowd crowd(kit.arena);
    crowd.thin(8);
    EXPECT(compact_all(kit.arena, crowd.table.table, 7) != 0);
    EXPECT(kit.figures().chunks <= 2);
    EXPECT(crowd.intact(8));
    crowd.clear(8);
}

TEST(an_allocation_during_compaction_gets_the_closed_memory_before_it_is_refused) {
    Kit<(kChecked ? 40 : 24) * 1024> kit(kSmall);
    Crowd crowd(kit.arena);
    while (kit->allocate(kStuck) != nullptr) {
    }
    crowd.thin(8);
    (void)crowd.table->compact(kit.arena, 1);
    uint32_t more = 0;
    while (kit->allocate(kStuck) != nullptr)
        more++;
    EXPECT_EQ(more, kHandles - kHandles / 8);
    EXPECT(!kit->evacuating());
    EXPECT(kit->invariants_hold());
    crowd.clear(8);
}

TEST(what_others_refer_to_or_cannot_move_stays_where_it_is) {
    SmallKit kit(kSmall);
    {
        Crowd crowd(kit.arena, kStuck);
        crowd.thin(8);
        EXPECT_EQ(compact_all(kit.arena, crowd.table.table, 1000), 0u);
        EXPECT(crowd.table->figures().unmoved != 0);
        crowd.clear(8);
    }
    Crowd crowd(kit.arena);
    crowd.thin(8);
    void* raw[kHandles];
    for (uint32_t i = 0; i < kHandles; i += 8)
        object_incref(raw[i] = crowd.table->get(crowd.handles[i]));
    EXPECT_EQ(compact_all(kit.arena, crowd.table.table, 1000), 0u);
    for (uint32_t i = 0; i < kHandles; i += 8) {
        EXPECT_EQ(crowd.table->get(crowd.handles[i]), raw[i]);
        object_decref(raw[i]);
    }
    EXPECT(compact_all(kit.arena, crowd.table.table, 1000) != 0);
    crowd.clear(8);
}

TEST(a_type_with_a_move_constructor_moves_by_it) {
    SmallKit kit(kSmall);
    Table table;
    Handle handles[kHandles];
    for (uint32_t i = 0; i < kHandles; i++)
        handles[i] = table->add(kit->create<Inward>(i)).value();
    for (uint32_t i = 0; i < kHandles; i++)
        if (i % 8 != 0) table->remove(handles[i]);
    drops = 0;
    const uint32_t moved = compact_all(kit.arena, table.table, 1000);
    EXPECT(moved != 0);
    EXPECT_EQ(drops, moved);  // what was moved from is ended
    for (uint32_t i = 0; i < kHandles; i += 8) {
        Inward* object = static_cast<Inward*>(table->get(handles[i]));
        EXPECT_EQ(object->value, i);
        EXPECT_EQ(object->inside, &object->value);
        table->remove(handles[i]);
    }
}

TEST(handles_and_compaction_agree_over_a_million_random_steps) {
    static constexpr TypeInfo kTypes[] = {counted(20), counted(100), counted(300), counted(700)};
    Kit<256 * 1024> kit({1024, 8192});
    Table table;
    Handle handles[kHandles] = {};
    unit::Random random(5);
    for (uint32_t step = 0; step < unit::kModelSteps; step++) {
        const uint32_t i = random.below(kHandles);
        if (void* object = table->get(handles[i])) {
            EXPECT(is_filled(object, object_type(object).size, (unsigned char)i));
            EXPECT(table->remove(handles[i]));
        } else if (random.below(2) == 0 || step % 20000 < 10000) {
            const TypeInfo& type = kTypes[random.below(4)];
            void* fresh = kit->allocate(type);
            fill(fresh, type.size, (unsigned char)i);
            handles[i] = table->add(fresh).value();
        }
        if (step % 256 == 0) (void)table->compact(kit.arena, random.below(200));
        if (step % 4096 == 0) EXPECT(kit->invariants_hold() && table->invariants_hold());
    }
    EXPECT(kit.figures().moves > 100);
    for (Handle handle : handles)
        table->remove(handle);
    EXPECT_EQ(kit.figures().objects, size_t(0));
    EXPECT(kit->invariants_hold() && table->invariants_hold());
}
