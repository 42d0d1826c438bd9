// test_pool_model.cpp - a million random calls on two pools, beside a model that knows every block
// SPDX-License-Identifier: MIT
//
// The model keeps address, size and a pattern for each live block. Two blocks that overlapped would
// spoil each other's pattern; all patterns are looked at when a block is freed.
#include <core/memory/pool_world.hpp>

using namespace pool_world;

namespace {

#if WEFT_VALGRIND || defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__) || WEFT_CHECKED
constexpr uint32_t kSteps = 100000;
#else
constexpr uint32_t kSteps = 1000000;
#endif
constexpr uint32_t kBlocks = 700;
constexpr uint32_t kMiscellany = 20000;  // steps between looks at everything

struct Live {
    unsigned char* block;
    uint32_t bytes;
    uint32_t alignment;
    uint32_t pattern;
};

class Model {
 public:
    Model(uint32_t seed, World& world) : random_(seed) {
        for (Pool& pool : pools_)
            EXPECT_OK(pool.init(world.provider, 0, kSlabBytes));
        for (Live& live : live_)
            live = {};
    }

    void run(uint32_t steps) {
        for (uint32_t step = 0; step < steps; step++) {
            Live& live = live_[random_.below(kBlocks)];
            if (live.block == nullptr)
                allocate(live);
            else
                free(live);
            if (step % kMiscellany == kMiscellany - 1) look_at_everything();
        }
    }

    void end() {
        for (Live& live : live_)
            if (live.block != nullptr) free(live);
        for (Pool& pool : pools_)
            pool.flush();
        for (Pool& pool : pools_) {
            pool.collect();
            EXPECT_EQ(pool.figures().in_use, 0u);
            EXPECT_EQ(pool.bytes_in_use(), 0u);
            EXPECT(pool.invariants_hold());
            EXPECT_EQ(pool.shutdown(), 0u);
        }
        EXPECT_EQ(wrong_, 0u);
    }

 private:
    // Small ones are frequent, as in life.
    uint32_t draw_bytes() {
        const uint32_t most = 1u << random_.below(13);
        return random_.below(most) + 1;
    }

    void allocate(Live& live) {
        const uint32_t bytes = draw_bytes();
        const uint32_t alignment = 1u << (random_.below(8) == 0 ? random_.below(13) : 0);
        void* block = pools_[random_.below(2)].allocate(bytes, alignment);
        wrong_ += block == nullptr || !is_aligned(address(block), alignment);
        if (block == nullptr) return;
        live = {static_cast<unsigned char*>(block), bytes, alignment, random_.next()};
        for (uint32_t at = 0; at + 4 <= bytes; at += 4)
            word(live, at) = live.pattern + at;
        live.block[bytes - 1] = last(live);
    }

    void free(Live& live) {
        bool kept = live.block[live.bytes - 1] == last(live);
        for (uint32_t at = 0; at + 5 <= live.bytes; at += 4)
            kept = kept && word(live, at) == live.pattern + at;
        wrong_ += !kept;
        Pool& pool = pools_[random_.below(2)];  // each its own, or the other's
        if (random_.below(2) == 0)
            pool.free(live.block);
        else
            pool.free(live.block, live.bytes, live.alignment);
        live.block = nullptr;
    }

    void look_at_everything() {
        for (Pool& pool : pools_) {
            if (random_.below(3) == 0) pool.flush();
            if (random_.below(3) == 0) pool.trim();
            EXPECT(pool.invariants_hold());
        }
    }

    static uint32_t& word(const Live& live, uint32_t at) {
        return *reinterpret_cast<uint32_t*>(live.block + at);
    }
    static unsigned char last(const Live& live) { return static_cast<unsigned char>(live.pattern); }

    unit::Random random_;
    Pool pools_[2];
    Live live_[kBlocks];
    uint32_t wrong_ = 0;
};

void run_model(uint32_t seed, uint32_t steps) {
    World world;
    Model model(seed, world);
    model.run(steps);
    model.end();
    EXPECT_EQ(world.heap.figures().taken, 0u);
}

}  // namespace

TEST(a_million_random_calls_agree_with_the_model) {
    NEEDS_RAM(1024 * 1024);
    run_model(0x5eed, kSteps);
}

TEST(random_calls_agree_with_the_model_under_other_seeds) {
    NEEDS_RAM(1024 * 1024);
    constexpr uint32_t kSeeds[] = {1, 77, 4096, 0xdead};
    for (const uint32_t seed : kSeeds)
        run_model(seed, kSteps / 20);
}
