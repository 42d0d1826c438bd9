// test_object_header.cpp - counting references, types, dropping once
// SPDX-License-Identifier: MIT
#include <core/memory/object_kit.hpp>

using namespace object_kit;

namespace {

struct Noisy {
    explicit Noisy(uint32_t number) : number(number) {}
    Noisy(Noisy&& other) : number(other.number) { other.number = 0; }
    ~Noisy() { drops++; }
    uint32_t number;
};
struct Stuck {
    Stuck() = default;
    Stuck(Stuck&&) = delete;
    ~Stuck() {}
};
struct Plain {
    uint32_t a, b;
};

// Both cores let go of the same objects at the same time.
constexpr uint32_t kShared = 2000;
void* shared[kShared];
Atomic<uint32_t> shared_drops;
Atomic<uint32_t> arrived;

// Each core left its mark: the last one must see both.
void count_shared_drop(void* object) {
    const unsigned char* marks = static_cast<unsigned char*>(object);
    if (marks[0] != 1 || marks[1] != 1) return;
    // Relaxed: read after the other core was joined.
    shared_drops.fetch_add_relaxed(1);
}

void release_all(void* core) {
    // Relaxed: only brings the two cores close together.
    arrived.fetch_add_relaxed(1);
    // Relaxed: as above.
    while (arrived.load_relaxed() < 2)
        port::cpu_relax();
    for (void* object : shared) {
        static_cast<unsigned char*>(object)[core != nullptr] = 1;
        object_incref(object);
        object_decref(object);
        object_decref(object);
    }
}

// Objects on their way to the other core. Many boxes, so that two threads on one CPU do not change
// places for each object.
constexpr uint32_t kHandedOver = 8192;
constexpr uint32_t kBoxes = 256;
Atomic<void*> boxes[kBoxes];

void release_handed_over(void*) {
    for (uint32_t i = 0; i < kHandedOver;) {
        // Acquire: the object and its header. Pairs with the release in the test that hands over.
        void* object = boxes[i % kBoxes].exchange_acquire(nullptr);
        if (object == nullptr) port::cpu_relax();
        i += object != nullptr;
        object_decref(object);
    }
}

}  // namespace

TEST(null_objects_are_counted_as_nothing) {
    object_incref(nullptr);
    object_decref(nullptr);
    EXPECT_EQ(object_refcount(nullptr), 0u);
}

TEST(the_header_lies_in_the_sixteen_bytes_before_the_object) {
    SmallKit kit(kSmall);
    static constexpr TypeInfo kType = plain(40);
    void* object = kit->allocate(kType);
    const unsigned char* header = reinterpret_cast<unsigned char*>(object_header(object));
    EXPECT_EQ(static_cast<unsigned char*>(object) - header, kChecked ? 32 : 16);
    EXPECT_EQ(&object_type(object), &kType);
    EXPECT_EQ(object_refcount(object), 1u);
    object_decref(object);
}

TEST(an_object_lives_as_long_as_it_is_referenced) {
    SmallKit kit(kSmall);
    drops = 0;
    Noisy* object = kit->create<Noisy>(7u);
    object_incref(object);
    EXPECT_EQ(object_refcount(object), 2u);
    object_decref(object);
    EXPECT_EQ(object->number, 7u);
    EXPECT_EQ(drops, 0u);
    object_decref(object);
    EXPECT_EQ(drops, 1u);
    EXPECT_EQ(kit.figures().objects, size_t(0));
}

TEST(types_are_constants_that_say_how_to_drop_and_move) {
    EXPECT_EQ(object_type_of<Plain>().size, sizeof(Plain));
    EXPECT_EQ(object_type_of<Plain>().alignment, alignof(Plain));
    EXPECT(object_type_of<Plain>().drop == nullptr);
    EXPECT(object_type_of<Plain>().relocate != nullptr);
    EXPECT(object_type_of<Noisy>().drop != nullptr);
    EXPECT(object_type_of<Noisy>().relocate != nullptr);
    EXPECT(object_type_of<Stuck>().relocate == nullptr);
    EXPECT(object_type_of<Plain>().type_id != object_type_of<Noisy>().type_id);
    EXPECT_EQ(&object_type_of<Plain>(), &object_type_of<Plain>());
}

TEST(a_decref_below_zero_panics_and_changes_nothing) {
    SmallKit kit(kSmall);
    static constexpr TypeInfo kType = counted(40);
    drops = 0;
    void* keeps_the_chunk = kit->allocate(kType);
    void* object = kit->allocate(kType);
    object_decref(object);
    EXPECT_PANIC(object_decref(object));
    EXPECT_PANIC(object_decref(object));
    EXPECT_PANIC(object_incref(object));
    if (!kChecked) EXPECT_EQ(object_refcount(object), 0u);  // there it is poison
    EXPECT_EQ(drops, 1u);
    EXPECT(kit->invariants_hold());
    object_decref(keeps_the_chunk);
}

TEST(a_reference_count_panics_far_from_its_wrap) {
    SmallKit kit(kSmall);
    static constexpr TypeInfo kType = plain(8);
    void* object = kit->allocate(kType);
    Atomic<uint32_t>& references = object_header(object)->references;
    // Relaxed: as if somebody had counted up in a loop.
    references.store_relaxed(kMostReferences - 1);
    object_incref(object);
    for (int i = 0; i < 3; i++)
        EXPECT_PANIC(object_incref(object));
    EXPECT_EQ(object_refcount(object), kMostReferences);  // the refused ones took theirs back
    object_decref(object);
    EXPECT_EQ(object_refcount(object), kMostReferences - 1);
    // Relaxed: back to the one reference that there is.
    references.store_relaxed(1);
    object_decref(object);
}

TEST(two_cores_drop_each_object_once_and_the_owner_gets_the_memory) {
    NEEDS_CORES(2);
    Kit<512 * 1024> here(ObjectArenaConfig{64 * 1024, 256 * 1024});
    static constexpr TypeInfo kType = {40, 8, 3, count_shared_drop, nullptr};
    // Relaxed: the other core starts later.
    shared_drops.store_relaxed(0);
    // Relaxed: as above.
    arrived.store_relaxed(0);
    for (void*& object : shared) {
        object = here->allocate(kType);
        fill(object, 2, 0);
        object_incref(object);
    }
    EXPECT(port::start_core(1, false, release_all, &here));
    release_all(nullptr);
    port::join_core(1);
    // Relaxed: the other core is gone.
    EXPECT_EQ(shared_drops.load_relaxed(), kShared);
    here->collect();
    EXPECT_EQ(here.figures().objects, size_t(0));
    EXPECT_EQ(here.figures().bytes, size_t(0));
    EXPECT(here->invariants_hold());
}

TEST(objects_released_elsewhere_while_others_are_made_are_all_collected) {
    NEEDS_CORES(2);
    Kit<512 * 1024> kit({1024, 16 * 1024});
    static constexpr TypeInfo kTypes[] = {plain(24), plain(100), plain(300)};
    EXPECT(port::start_core(1, false, release_handed_over, nullptr));
    for (uint32_t i = 0; i < kHandedOver; i++) {
        void* object = kit->allocate(kTypes[i % 3]);
        fill(object, kTypes[i % 3].size, (unsigned char)i);
        // Relaxed: the box is only written here once it is empty.
        while (boxes[i % kBoxes].load_relaxed() != nullptr)
            port::cpu_relax();
        // Release: publishes the object. Pairs with the acquire in release_handed_over().
        boxes[i % kBoxes].store_release(object);
    }
    port::join_core(1);
    kit->collect();
    EXPECT_EQ(kit.figures().remote_releases, size_t(kHandedOver));
    EXPECT_EQ(kit.figures().objects, size_t(0));
    EXPECT(kit.figures().chunks <= 1);
    EXPECT(kit->invariants_hold());
}
