// test_frame_arena.cpp - bump, growth, rollback, destructors; a million steps against an oracle
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>
#include <weft/memory/frame_arena.hpp>

using namespace weft;

namespace {

constexpr size_t kHeapBytes = 256 * 1024;
alignas(4096) unsigned char heap_memory[kHeapBytes];

constexpr FrameArenaConfig kConfig = {1024, 8192, FrameRetention::keep_all};

struct Fixture {
    explicit Fixture(const FrameArenaConfig& config = kConfig, size_t bytes = kHeapBytes) {
        EXPECT_OK(heap.init(Bytes{heap_memory, bytes}, 256, 4096));
        provider.init(Span<ChunkHeap>(&heap, 1), NodePolicy::own_only);
        EXPECT_OK(arena.init(provider, 0, config));
    }
    ChunkHeap heap;
    ChunkProvider provider;
    FrameArena arena;
};

char ended[32];
uint32_t ended_count;

struct Noisy {
    explicit Noisy(char name) : name_(name) {}
    ~Noisy() { ended[ended_count++] = name_; }
    char name_;
    uint64_t more = 7;
};

void forget_ended() {
    ended_count = 0;
    for (char& c : ended)
        c = 0;
}

// Live blocks of the arena, by their bytes: each is filled with its own mark.
struct Oracle {
    static constexpr uint32_t kMost = 512;
    struct Block {
        unsigned char* at;
        size_t bytes;
        unsigned char mark;
    };
    Block blocks[kMost];
    uint32_t count = 0;

    void add(void* at, size_t bytes, unsigned char mark) {
        Block& block = blocks[count++];
        block = {static_cast<unsigned char*>(at), bytes, mark};
        for (size_t i = 0; i < bytes; i++)
            block.at[i] = mark;
    }
    bool intact(uint32_t index) const {
        const Block& block = blocks[index];
        for (size_t i = 0; i < block.bytes; i++)
            if (block.at[i] != block.mark) return false;
        return true;
    }
};

struct Mark {
    FrameCheckpoint checkpoint;
    uint32_t blocks;
};

}  // namespace

TEST(frame_addresses_are_aligned_up_to_4096) {
    Fixture f;
    for (size_t alignment = 1; alignment <= 4096; alignment *= 2)
        for (size_t bytes = 0; bytes < 100; bytes += 33) {
            void* at = f.arena.allocate(bytes, alignment);
            EXPECT(at != nullptr && is_aligned(uintptr_t(at), alignment));
            EXPECT(is_aligned(uintptr_t(at), kFrameGranule));
        }
    EXPECT_PANIC((void)f.arena.allocate(1, 48));
    EXPECT(f.arena.invariants_hold());
}

TEST(huge_frame_requests_are_refused_and_change_nothing) {
    Fixture f;
    (void)f.arena.allocate(100);
    const FrameArenaFigures before = f.arena.figures();
    const size_t used_before = f.arena.used();
    const size_t sizes[] = {~size_t(0), ~size_t(0) - 15, kHuge / 2, kHeapBytes * 2};
    for (size_t bytes : sizes) {
        EXPECT(f.arena.allocate(bytes) == nullptr);
        EXPECT(f.arena.allocate(bytes, 4096) == nullptr);
    }
    EXPECT(f.arena.allocate_array<uint64_t>(kHuge / 4) == nullptr);
    EXPECT(f.arena.allocate_array<uint64_t>(kHuge / 8 + 2) == nullptr);
    EXPECT_EQ(f.arena.used(), used_before);
    EXPECT_EQ(f.arena.figures().held, before.held);
    EXPECT_EQ(f.arena.figures().too_large, 10u);
}

TEST(an_exhausted_heap_refuses_a_frame_and_counts_it) {
    Fixture f(kConfig, 9000);
    uint32_t given = 0;
    while (f.arena.allocate(512) != nullptr)
        given++;
    EXPECT(given >= (kChecked ? 10u : 12u));
    EXPECT(f.arena.allocate(512) == nullptr);
    EXPECT_EQ(f.arena.figures().exhausted, 2u);
    EXPECT(f.arena.invariants_hold());
    f.arena.reset();
    EXPECT(f.arena.allocate(512) != nullptr);
}

TEST(frame_chunks_double_up_to_their_cap) {
    Fixture f;
    size_t held = 0, steps[8] = {};
    for (uint32_t step = 0; step < 8;) {
        EXPECT(f.arena.allocate(256) != nullptr);
        const size_t now = f.arena.figures().held;
        if (now != held) steps[step++] = now - held;
        held = now;
    }
    const size_t expected[] = {1024, 2048, 4096, 8192, 8192, 8192, 8192, 8192};
    for (uint32_t i = 0; i < 8; i++)
        EXPECT_EQ(steps[i], expected[i]);
}

TEST(retention_says_which_chunks_a_reset_keeps) {
    const struct {
        FrameRetention retention;
        size_t kept;
    } cases[] = {{FrameRetention::keep_all, 7168},
                 {FrameRetention::keep_first, 1024},
                 {FrameRetention::return_all, 0}};
    for (const auto& c : cases) {
        Fixture f({1024, 8192, c.retention});
        for (int i = 0; i < 10; i++)
            (void)f.arena.allocate(512);
        EXPECT_EQ(f.arena.figures().held, 7168u);
        f.arena.reset();
        EXPECT_EQ(f.arena.figures().held, c.kept);
        EXPECT_EQ(f.heap.figures().total - f.heap.figures().free, c.kept);
        EXPECT_EQ(f.arena.used(), 0u);
        EXPECT(f.arena.figures().peak >= 5120);
        EXPECT(f.arena.invariants_hold());
    }
}

TEST(an_array_a_batch_and_several_come_whole_or_not_at_all) {
    Fixture f;
    uint32_t* numbers = f.arena.allocate_array<uint32_t>(100);
    numbers[99] = 1;
    void* blocks[4];
    EXPECT(f.arena.allocate_batch(blocks, 4, 100, 64));
    for (void* block : blocks)
        EXPECT(is_aligned(uintptr_t(block), 64));
    uint64_t* eight = f.arena.create_several<uint64_t, 8>();
    EXPECT_EQ(eight[7], 0u);
    const size_t used = f.arena.used();
    void* many[64];
    EXPECT(!f.arena.allocate_batch(many, 64, 8000));
    EXPECT_EQ(f.arena.used(), used);
    EXPECT(f.arena.invariants_hold());
}

TEST(zero_bytes_have_an_address_in_any_frame) {
    Fixture f;
    EXPECT(f.arena.allocate(0) != nullptr);
    EXPECT_EQ(f.arena.figures().held, kChecked ? 1024u : 0u);  // guards need room
    EXPECT(f.arena.allocate(0, 256) != nullptr);
}

TEST(destructors_of_a_frame_run_at_reset_latest_first) {
    forget_ended();
    Fixture f;
    for (char c = 'a'; c < 'd'; c++)
        EXPECT(f.arena.create<Noisy>(c) != nullptr);
    EXPECT_EQ(*f.arena.create<int>(5), 5);
    f.arena.reset();
    EXPECT(same_text(ended, "cba"));
    f.arena.reset();
    EXPECT_EQ(ended_count, 3u);
}

TEST(a_rollback_frees_what_came_since_and_runs_its_destructors) {
    forget_ended();
    Fixture f;
    (void)f.arena.create<Noisy>('a');
    const FrameCheckpoint here = f.arena.checkpoint();
    const size_t used = f.arena.used();
    (void)f.arena.create<Noisy>('b');
    for (int i = 0; i < 20; i++)
        (void)f.arena.allocate(500);
    f.arena.rollback(here);
    EXPECT(same_text(ended, "b"));
    EXPECT_EQ(f.arena.used(), used);
    EXPECT(f.arena.invariants_hold());
    f.arena.reset();
    EXPECT(same_text(ended, "ba"));
}

TEST(a_rollback_to_another_frame_or_forward_panics) {
    Fixture f;
    (void)f.arena.allocate(16);
    const FrameCheckpoint early = f.arena.checkpoint();
    for (int i = 0; i < 10; i++)
        (void)f.arena.allocate(500);
    const FrameCheckpoint late = f.arena.checkpoint();
    f.arena.rollback(early);
    EXPECT_PANIC(f.arena.rollback(late));
    f.arena.reset();
    EXPECT_PANIC(f.arena.rollback(early));
}

TEST(a_scope_rolls_its_frame_memory_back) {
    forget_ended();
    Fixture f;
    (void)f.arena.allocate(32);
    const size_t used = f.arena.used();
    {
        FrameScope scope(f.arena);
        (void)f.arena.create<Noisy>('s');
        (void)f.arena.allocate(3000);
    }
    EXPECT(same_text(ended, "s"));
    EXPECT_EQ(f.arena.used(), used);
}

TEST(figures_of_a_frame_are_exact_after_each_step) {
    Fixture f;
    size_t peak = 0;
    for (uint32_t round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < 40; i++) {
            const FrameCheckpoint before = f.arena.checkpoint();
            (void)f.arena.allocate(i * 40);
            EXPECT_EQ(f.arena.figures().used, f.arena.used());
            if (f.arena.used() > peak) peak = f.arena.used();
            EXPECT_EQ(f.arena.figures().peak, peak);
            if (i % 3 == 0) f.arena.rollback(before);
            EXPECT_EQ(f.arena.figures().used, f.arena.used());
        }
        f.arena.reset();
        EXPECT_EQ(f.arena.figures().used, 0u);
    }
}

// The reader sees a number that is one of the arena's, never half of one and half of another.
TEST(figures_of_a_frame_can_be_read_while_it_changes_chunks) {
    NEEDS_CORES(2);
    struct Shared {
        Fixture f{{128, 128, FrameRetention::keep_all}};
        Atomic<uint32_t> done{0};
        uint32_t wrong = 0;
    };
    static Shared* shared;
    Shared mine;
    shared = &mine;
    const auto read = [](void*) {
        // Acquire: the end of the other side. Pairs with the release store below.
        while (shared->done.load_acquire() == 0) {
            const FrameArenaFigures now = shared->f.arena.figures();
            shared->wrong += now.used > 64 * 1024 || now.peak > 64 * 1024;
        }
    };
    EXPECT(port::start_core(1, false, read, nullptr));
    for (uint32_t i = 0; i < unit::kModelSteps / 2; i++) {
        (void)mine.f.arena.allocate(i % 80);
        if (i % 5 == 0) mine.f.arena.reset();
    }
    // Release: all of the above. Pairs with the acquire above.
    mine.done.store_release(1);
    port::join_core(1);
    EXPECT_EQ(mine.wrong, 0u);
}

TEST(shutting_an_arena_down_gives_everything_back) {
    forget_ended();
    ChunkHeap heap;
    EXPECT_OK(heap.init(Bytes{heap_memory, kHeapBytes}, 256, 4096));
    ChunkProvider provider;
    provider.init(Span<ChunkHeap>(&heap, 1), NodePolicy::own_only);
    {
        FrameArena arena;
        EXPECT_EQ(arena.init(provider, 0, {1000, 8192, FrameRetention::keep_all}),
                  Status::bad_config);
        EXPECT_EQ(arena.init(provider, 0, {4096, 1024, FrameRetention::keep_all}),
                  Status::bad_config);
        EXPECT_OK(arena.init(provider, 0, kConfig));
        (void)arena.create<Noisy>('x');
        for (int i = 0; i < 50; i++)
            (void)arena.allocate(700);
    }
    EXPECT(same_text(ended, "x"));
    EXPECT_EQ(heap.figures().free, heap.figures().total);
}

TEST(a_million_random_frame_steps_agree_with_an_oracle) {
    static Oracle oracle;
    oracle.count = 0;
    Fixture f;
    unit::Random random(23);
    Mark marks[8];
    uint32_t marked = 0, wrong = 0;
    for (uint32_t step = 0; step < unit::kModelSteps; step++) {
        const uint32_t dice = random.below(64);
        if (dice < 56 && oracle.count < Oracle::kMost) {
            const size_t bytes = random.below(1u << random.below(9));
            const size_t alignment = size_t(1) << random.below(9);
            void* at = f.arena.allocate(bytes, alignment);
            wrong += at == nullptr || !is_aligned(uintptr_t(at), alignment);
            if (at != nullptr) oracle.add(at, bytes, static_cast<unsigned char>(step));
        } else if (dice < 60 && marked < 8) {
            marks[marked++] = {f.arena.checkpoint(), oracle.count};
        } else if (dice < 63 && marked > 0) {
            const Mark mark = marks[marked = random.below(marked)];
            f.arena.rollback(mark.checkpoint);
            oracle.count = mark.blocks;
        } else {
            for (uint32_t i = 0; i < oracle.count; i++)
                wrong += !oracle.intact(i);
            f.arena.reset();
            oracle.count = marked = 0;
        }
        if ((step & 255) == 0) wrong += !f.arena.invariants_hold();
        if (oracle.count > 0) wrong += !oracle.intact(random.below(oracle.count));
    }
    EXPECT_EQ(wrong, 0u);
}
