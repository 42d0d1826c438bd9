// test_frame_containers.cpp - vector, map and columns in frame memory
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/memory/frame_columns.hpp>
#include <weft/memory/frame_map.hpp>
#include <weft/memory/frame_vector.hpp>

using namespace weft;

namespace {

alignas(4096) unsigned char heap_memory[64 * 1024];

struct Fixture {
    Fixture() {
        EXPECT_OK(heap.init(Bytes{heap_memory, sizeof heap_memory}, 256, 4096));
        provider.init(Span<ChunkHeap>(&heap, 1), NodePolicy::own_only);
        EXPECT_OK(arena.init(provider, 0, {1024, 16384, FrameRetention::keep_all}));
    }
    ChunkHeap heap;
    ChunkProvider provider;
    FrameArena arena;
};

// All keys in one place: every probe is a run, every erase closes one up.
struct Crowded {
    static uint32_t of(uint32_t key) { return key & 3; }
};

template <class Map>
void drive_against_array(Map& map, uint32_t keys, uint32_t steps) {
    uint32_t model[64];
    bool present[64] = {};
    uint32_t count = 0;
    unit::Random random(31);
    for (uint32_t step = 0; step < steps; step++) {
        const uint32_t key = random.below(keys);
        if (random.below(3) != 0) {
            const bool fits = present[key] || count < map.capacity();
            EXPECT_EQ(map.put(key, step), fits);
            if (!fits) continue;
            count += !present[key];
            present[key] = true;
            model[key] = step;
        } else {
            EXPECT_EQ(map.erase(key), present[key]);
            count -= present[key];
            present[key] = false;
        }
        EXPECT_EQ(map.size(), count);
        const uint32_t look = random.below(keys);
        const uint32_t* found = map.find(look);
        EXPECT_EQ(found != nullptr, present[look]);
        if (found != nullptr) EXPECT_EQ(*found, model[look]);
    }
}

}  // namespace

TEST(a_full_frame_vector_says_no) {
    Fixture f;
    FrameVector<uint32_t> numbers(f.arena, 3);
    for (uint32_t i = 0; i < 3; i++)
        EXPECT(numbers.push(i));
    EXPECT(!numbers.push(3));
    EXPECT_EQ(numbers.size(), 3u);
    EXPECT_EQ(numbers[2], 2u);
    EXPECT_PANIC((void)numbers[3]);
    uint32_t sum = 0;
    for (uint32_t number : numbers)
        sum += number;
    EXPECT_EQ(sum, 3u);
    numbers.pop();
    EXPECT(numbers.push(9));
    numbers.clear();
    EXPECT_PANIC(numbers.pop());
    FrameVector<uint32_t> absurd(f.arena, kHuge / 2);
    EXPECT_EQ(absurd.capacity(), 0u);
    EXPECT(!absurd.push(1));
}

TEST(a_frame_vector_agrees_with_an_array_over_a_million_steps) {
    Fixture f;
    FrameVector<uint32_t> numbers(f.arena, 50);
    uint32_t model[50], length = 0, wrong = 0;
    unit::Random random(37);
    for (uint32_t step = 0; step < unit::kModelSteps; step++) {
        const uint32_t dice = random.below(64);
        if (dice < 36) {
            wrong += numbers.push(step) != (length < 50);
            if (length < 50) model[length++] = step;
        } else if (dice < 63 && length > 0) {
            numbers.pop();
            length--;
        } else if (dice == 63 && random.below(16) == 0) {
            numbers.clear();
            length = 0;
        }
        wrong += numbers.size() != length;
        const uint32_t look = random.below(50);
        if (look < length) wrong += numbers[look] != model[look];
    }
    EXPECT_EQ(wrong, 0u);
}

TEST(a_frame_map_agrees_with_an_array_over_a_million_steps) {
    Fixture f;
    FrameMap<uint32_t, uint32_t> map(f.arena, 40);
    drive_against_array(map, 64, unit::kModelSteps);
}

TEST(a_crowded_frame_map_closes_its_runs_up) {
    Fixture f;
    FrameMap<uint32_t, uint32_t, Crowded> map(f.arena, 20);
    drive_against_array(map, 32, unit::kModelSteps);
}

TEST(a_frame_map_without_memory_holds_nothing) {
    Fixture f;
    FrameMap<uint32_t, uint32_t> map(f.arena, 1u << 30);
    EXPECT_EQ(map.capacity(), 0u);
    EXPECT(!map.put(1, 1));
    EXPECT(map.find(1) == nullptr && !map.erase(1));
    FrameMap<const void*, uint32_t> pointers(f.arena, 4);
    EXPECT(pointers.put(&f, 7) && *pointers.find(&f) == 7);
}

TEST(columns_stand_apart_on_lines_of_their_own) {
    Fixture f;
    FrameColumns<float, uint64_t, unsigned char> rows(f.arena, 100);
    EXPECT_EQ(rows.rows(), 100u);
    for (uint32_t i = 0; i < 100; i++) {
        rows.at<0>(i) = float(i);
        rows.at<1>(i) = i * 1000u;
        rows.at<2>(i) = static_cast<unsigned char>(i);
    }
    EXPECT(is_aligned(uintptr_t(rows.column<0>()), port::kCacheLine));
    EXPECT(is_aligned(uintptr_t(rows.column<1>()), port::kCacheLine));
    for (uint32_t i = 0; i < 100; i++)
        EXPECT(rows.at<0>(i) == float(i) && rows.at<1>(i) == i * 1000u && rows.at<2>(i) == i);
    EXPECT_PANIC((void)rows.at<0>(100));
}

TEST(columns_that_do_not_all_fit_take_nothing) {
    Fixture f;
    const size_t used = f.arena.used();
    FrameColumns<unsigned char, uint64_t> rows(f.arena, 12000);
    EXPECT_EQ(rows.rows(), 0u);
    EXPECT(rows.column<0>() == nullptr);
    EXPECT_EQ(f.arena.used(), used);
}
