// test_stack.cpp - paint, high-water marks, canaries, guards, prefault
// SPDX-License-Identifier: MIT
#include <core/room.hpp>
#include <unit/unit.hpp>
#include <weft/fiber/fiber_ring.hpp>

using namespace weft;

namespace {

constexpr Config kConfig = room::fitted(Config().small_fibers(1, 3).frame_bytes(4096).job_slots(0));
constexpr size_t kHalf = kConfig.small_stack_bytes() / 2;

// Uses `bytes` of stack for certain.
__attribute__((noinline)) void use_stack(size_t bytes) {
    volatile unsigned char* low = static_cast<unsigned char*>(__builtin_alloca(bytes));
    for (size_t i = 0; i < bytes; i += 16)
        low[i] = 1;
}

// Goes down until something stops it. The depth keeps the compiler from making it a loop. A frame
// must not jump over the guard, which is a page on hosts, and may be an MPU's region of 128 bytes.
constexpr size_t kFrame = port::kPageBytes >= 4096 ? 512 : 64;
__attribute__((noinline)) size_t overflow(size_t depth) {
    volatile unsigned char frame[kFrame];
    frame[depth % kFrame] = 1;
    return depth == ~size_t(0) ? 0 : overflow(depth + 1) + frame[depth % kFrame];
}

struct Ring {
    explicit Ring(const Config& config) {
        EXPECT_OK(storage.map(config));
        EXPECT_OK(ring.init(config, storage.bytes()));
    }
    MappedStorage storage;
    FiberRing ring;
};

// A fiber that panics never ends, so its ring cannot be shut down: it is built in place and no
// destructor is ever run.
template <int kWhich>
FiberRing& doomed_ring(const Config& config) {
    alignas(Ring) static unsigned char memory[sizeof(Ring)];
    return construct_at<Ring>(memory, config)->ring;
}

}  // namespace

TEST(the_high_water_mark_of_a_painted_stack_follows_its_use) {
    use_stack(16);  // a loader that binds at the first call does so here, not on a fiber's stack
    Ring r(kConfig.paint(true));
    Fiber* fiber = r.ring.spawn("little", [] {});
    r.ring.run();
    const size_t little = high_water(*fiber).value();
    EXPECT(little > 0 && little < kHalf);
    EXPECT_EQ(r.ring.spawn("much", [] { use_stack(kHalf); }), fiber);
    r.ring.run();
    const size_t much = high_water(*fiber).value();
    EXPECT(much >= kHalf && much < kHalf + little + 256);
    r.ring.spawn("little", [] {});
    r.ring.run();
    EXPECT_EQ(high_water(*fiber).value(), much);  // a mark stays
}

TEST(an_unpainted_stack_has_no_known_mark) {
    Ring r(kConfig);
    Fiber* fiber = r.ring.spawn("plain", [] {});
    r.ring.run();
    EXPECT_EQ(high_water(*fiber).status(), Status::not_painted);
}

TEST(a_canary_is_intact_until_the_low_end_is_written) {
    alignas(16) unsigned char memory[256];
    const Stack stack = {memory, memory + sizeof memory};
    paint_stack(stack);
    write_canary(stack);
    EXPECT(canary_intact(stack));
    EXPECT_EQ(painted_high_water(stack, true), 0u);
    for (size_t word = 0; word < kCanaryWords; word++) {
        memory[word * sizeof(uintptr_t)] ^= 1;
        EXPECT(!canary_intact(stack));
        memory[word * sizeof(uintptr_t)] ^= 1;
    }
    memory[kCanaryWords * sizeof(uintptr_t)] ^= 1;
    EXPECT(canary_intact(stack));
    EXPECT_EQ(painted_high_water(stack, true), sizeof memory - kCanaryWords * sizeof(uintptr_t));
}

TEST(an_overflow_into_the_guard_page_is_reported_and_panics) {
    FiberRing& ring = doomed_ring<0>(kConfig.paint(true));
    ring.spawn("bottomless", [] { overflow(0); });
    EXPECT_PANIC(ring.run());
    EXPECT_EQ(unit::panic_tag(), file_tag("weft/fiber/fiber.cpp"));
}

TEST(an_overflow_is_reported_on_any_thread) {
    NEEDS_CORES(2);
    static FiberRing* ring;
    static bool panicked;
    ring = &doomed_ring<1>(kConfig);
    ring->spawn("bottomless", [] { overflow(0); });
    panicked = false;
    EXPECT(port::start_core(
        1, false, [](void*) { panicked = unit::panics_in([] { ring->run(); }); }, nullptr));
    port::join_core(1);
    EXPECT(panicked);
}

TEST(a_dead_canary_is_found_when_the_fiber_is_switched_out) {
    FiberRing& ring = doomed_ring<2>(kConfig.guard(StackGuard::canary));
    ring.spawn("writer", [] {
        FiberRing::current()->running()->info->stack.low[3] ^= 1;
        ring::yield();
    });
    EXPECT_PANIC(ring.run());
    EXPECT_EQ(unit::panic_tag(), file_tag("weft/fiber/fiber.cpp"));
}

TEST(a_dead_canary_is_found_when_the_fiber_ends) {
    FiberRing& ring = doomed_ring<3>(kConfig.guard(StackGuard::canary));
    ring.spawn("writer", [] { FiberRing::current()->running()->info->stack.low[0] ^= 1; });
    EXPECT_PANIC(ring.run());
}

TEST(an_address_leads_to_the_fiber_whose_stack_or_guard_it_is_in) {
    Ring r(kConfig.small_fibers(3, 3));
    Fiber* fiber = r.ring.spawn("owner", [] {});
    const uintptr_t low = uintptr_t(fiber->info->stack.low);
    const uintptr_t top = uintptr_t(fiber->info->stack.top);
    FiberPool& pool = r.ring.pool();
    EXPECT(pool.owner_of(low) == fiber && pool.owner_of(top - 1) == fiber);
    EXPECT(pool.owner_of(low - 1) == fiber);
    EXPECT(pool.in_guard(*fiber, low - 1) && pool.in_guard(*fiber, low - port::kPageBytes));
    EXPECT(!pool.in_guard(*fiber, low) && !pool.in_guard(*fiber, low - port::kPageBytes - 1));
    EXPECT(pool.owner_of(uintptr_t(fiber)) == nullptr);
    r.ring.run();
}

TEST(a_system_runs_in_static_storage_with_canaries) {
    static constexpr Config config = Config::preset(Preset::tiny);
    static Storage<config> storage;
    FiberRing ring;
    EXPECT_OK(ring.init(config, storage.bytes()));
    uint32_t sum = 0;
    for (uint32_t i = 1; i <= 8; i++)
        EXPECT(ring.spawn("adder", [&sum, i] {
            ring::yield();
            sum += i;
        }));
    EXPECT_EQ(ring.run(), 0u);
    EXPECT_EQ(sum, 36u);
}

#if defined(__x86_64__)  // an emulator may ignore the request, and say yes
TEST(frame_memory_is_prefaulted_or_init_says_that_it_cannot) {
    const Config config = kConfig.frame_bytes(64 * 1024);
    MappedStorage storage;
    EXPECT_OK(storage.map(config));
    unsigned char* frames = storage.bytes().data + footprint(config).frames_offset;
    port::unreserve(frames + (size_t(0 - uintptr_t(frames)) & (port::page_bytes() - 1)),
                    port::page_bytes());
    FiberRing ring;
    EXPECT_EQ(ring.init(config.prefault(true), storage.bytes()), Status::out_of_memory);
    EXPECT_OK(ring.init(config, storage.bytes()));  // nothing was left behind
}
#endif

TEST(prefaulted_stacks_and_frames_are_zero_and_usable) {
    Ring r(kConfig.prefault(true));
    const Bytes frames = r.ring.frame_memory();
    EXPECT_EQ(frames.size, 2 * kConfig.frame_bytes());
    for (size_t i = 0; i < frames.size; i++)
        EXPECT_EQ(frames.data[i], 0);
    uint32_t ran = 0;
    r.ring.spawn("user", [&ran] {
        use_stack(kHalf);
        ran++;
    });
    r.ring.run();
    EXPECT_EQ(ran, 1u);
}
