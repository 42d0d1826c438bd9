// test_object_model.cpp - random use of an object arena, against plain arrays
// SPDX-License-Identifier: MIT
#include <core/memory/object_kit.hpp>

using namespace object_kit;

namespace {

using unit::kModelSteps;

constexpr uint32_t kObjects = 400;
constexpr uint32_t kTypes = 96;

// Mostly small, some of a chunk's size and more; mostly aligned to 8, some up to 4096.
struct Types {
    explicit Types(unit::Random& random) {
        for (uint32_t i = 0; i < kTypes; i++) {
            const size_t most = i < 64 ? 200 : i < 88 ? 1500 : 9000;
            const unsigned shift = i % 8 == 0 ? random.below(13) : 3;
            types[i] = {random.below(uint32_t(most)), size_t(1) << shift, i, count_drop, nullptr};
        }
    }
    TypeInfo types[kTypes];
};

// What should be there: each object's bytes, and how often it is referenced.
struct Model {
    struct Entry {
        void* object;
        const TypeInfo* type;
        unsigned char mark;
        uint32_t references;
    };
    Entry entries[kObjects];
    uint32_t count = 0;
    uint32_t dropped = 0;
    size_t bytes = 0;  // asked for

    void add(void* object, const TypeInfo& type, unsigned char mark) {
        EXPECT(is_aligned(uintptr_t(object), type.alignment));
        fill(object, type.size, mark);
        entries[count++] = {object, &type, mark, 1};
        bytes += type.size;
    }
    void release(uint32_t index) {
        Entry& entry = entries[index];
        EXPECT_EQ(object_refcount(entry.object), entry.references);
        if (--entry.references == 0) {
            EXPECT(is_filled(entry.object, entry.type->size, entry.mark));
            bytes -= entry.type->size;
            dropped++;
            object_decref(entry.object);
            entry = entries[--count];
        } else {
            object_decref(entry.object);
        }
    }
};

void check(const ObjectArena& arena, const Model& model) {
    const ObjectFigures figures = arena.figures();
    EXPECT(arena.invariants_hold());
    EXPECT_EQ(figures.objects, size_t(model.count));
    EXPECT_EQ(drops, model.dropped);
    EXPECT(figures.bytes >= model.bytes + model.count * kObjectOverhead);
    EXPECT(figures.bytes <= model.bytes + model.count * (kObjectOverhead + 47));
    EXPECT(figures.peak_bytes >= figures.bytes);
}

// The number of live objects swings, so that chunks come and go.
void one_step(ObjectArena& arena, Model& model, const Types& types, unit::Random& random,
              uint32_t step) {
    const uint32_t grows = (step >> 13) % 2 == 0 ? 60 : 40;
    if (random.below(100) >= grows || model.count == kObjects) {
        if (model.count != 0) model.release(random.below(model.count));
    } else if (model.count != 0 && random.below(8) == 0) {
        Model::Entry& entry = model.entries[random.below(model.count)];
        object_incref(entry.object);
        entry.references++;
    } else {
        const TypeInfo& type = types.types[random.below(random.below(4) == 0 ? kTypes : 64)];
        void* object = arena.allocate(type);
        if (object != nullptr) model.add(object, type, (unsigned char)(random.next()));
    }
}

template <class Kit>
void run_model(Kit& kit, uint32_t seed, uint32_t steps) {
    unit::Random random(seed);
    const Types types(random);
    Model model;
    drops = 0;
    for (uint32_t step = 0; step < steps; step++) {
        one_step(kit.arena, model, types, random, step);
        if (step % 4096 == 0) check(kit.arena, model);
    }
    while (model.count != 0)
        model.release(model.count - 1);
    check(kit.arena, model);
    EXPECT(kit.figures().chunks <= 1);
    kit->trim();
    EXPECT_EQ(kit.heap.figures().free, kit.all_free);
}

}  // namespace

TEST(random_objects_keep_their_bytes_and_all_memory_comes_back) {
    Kit<(unit::kRamBytes > 32 * 1024 * 1024 ? 1024 : 512) * 1024> kit({4096, 64 * 1024});
    run_model(kit, 1, kModelSteps);
    EXPECT_EQ(kit.figures().refused_no_memory, size_t(0));
}

TEST(random_objects_in_too_little_memory_are_refused_and_nothing_is_lost) {
    Kit<32 * 1024> kit({1024, 4096});
    run_model(kit, 2, kModelSteps);
    EXPECT(kit.figures().refused_no_memory != 0);
}
