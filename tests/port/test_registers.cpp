// test_registers.cpp - no register is lost in a switch: the kept ones, and values held in any other
// SPDX-License-Identifier: MIT
#include <port/pair.hpp>
#include <port/registers.hpp>
#include <unit/unit.hpp>

using namespace weft;

namespace {

pair::Thread thread;
pair::Strand strand;

// Out of line, as a function that waits is: what the convention keeps must survive it.
__attribute__((noinline)) void to_strand(void*) {
    pair::go(thread, strand, nullptr);
}
__attribute__((noinline)) void to_thread(void*) {
    pair::go(strand, thread, nullptr);
}

uint64_t pattern(uint64_t side, int index) {
    return (side << 56) ^ (0x0123456789abcdefu * uint64_t(index + 1));
}

// Fills all kept registers with this side's pattern, goes over to the other side, and looks.
void cross(uint64_t side, void (*over)(void*)) {
    uint64_t in[kKeptRegisters], out[kKeptRegisters] = {};
    for (int i = 0; i < kKeptRegisters; i++)
        in[i] = pattern(side, i);
    weft_test_call_filled(in, out, over, nullptr);
    for (int i = 0; i < kKeptRegisters; i++)
        EXPECT_EQ(out[i], pattern(side, i));
}

void partner(port::Context*, void*) {
    port::tool_after_switch(strand.tool);
    for (;;)
        cross(0xb0, to_thread);
}

void trashing_partner(port::Context*, void*) {
    port::tool_after_switch(strand.tool);
    for (;;) {
        weft_test_trash();
        pair::go(strand, thread, nullptr);
    }
}

// The compiler cannot see through these, and must hold their results somewhere over the switch.
template <class T>
WEFT_ALWAYS_INLINE T opaque(T value) {
#if defined(__x86_64__)
    if constexpr (kSameType<T, double>)
        asm volatile("" : "+x"(value));
    else
        asm volatile("" : "+r"(value));
#else
#if defined(__aarch64__) || (defined(__ARM_FP) && __ARM_FP >= 8)
    if constexpr (kSameType<T, double>)
        asm volatile("" : "+w"(value));
    else
#endif
        asm volatile("" : "+r"(value));
#endif
    return value;
}

using Vector = uint64_t __attribute__((vector_size(16)));

}  // namespace

TEST(kept_registers_survive_a_switch_on_both_sides) {
    thread.adopt();
    strand.open(partner);
    for (uint64_t round = 0; round < 100; round++)
        cross(round, to_strand);
    strand.close();
}

// clang-format off
#define FOR_EACH_LIVE(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) \
    X(14) X(15) X(16) X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29)
// clang-format on

TEST(values_live_across_an_inlined_switch_survive) {
    thread.adopt();
    strand.open(trashing_partner);
    for (uint64_t round = 1; round < 100; round++) {
#define LIVE_BEFORE(i)                             \
    const uint64_t n##i = opaque(round * 977 + i); \
    const double d##i = opaque(double(round) / (i + 3));
        FOR_EACH_LIVE(LIVE_BEFORE)
        const Vector v = {n0, n1};
        long double wide = static_cast<long double>(d5) * 3;
        pair::go(thread, strand, nullptr);
        // Counted without a call in between, or no value would stay in a register that calls
        // change.
        uint32_t lost = 0;
#define LIVE_AFTER(i)                \
    lost += n##i != round * 977 + i; \
    lost += d##i != double(round) / (i + 3);
        FOR_EACH_LIVE(LIVE_AFTER)
        lost += v[0] != n0 || v[1] != n1;
        lost += wide != static_cast<long double>(d5) * 3;
        EXPECT_EQ(lost, 0u);
    }
    strand.close();
}

TEST(a_frame_with_a_variable_array_survives_a_switch) {
    thread.adopt();
    strand.open(trashing_partner);
    for (size_t length = 1; length < 200; length += 37) {
        volatile unsigned char* bytes = static_cast<unsigned char*>(__builtin_alloca(length));
        for (size_t i = 0; i < length; i++)
            bytes[i] = uint8_t(i ^ length);
        alignas(64) volatile unsigned char aligned[64] = {1};
        pair::go(thread, strand, nullptr);
        for (size_t i = 0; i < length; i++)
            EXPECT_EQ(bytes[i], uint8_t(i ^ length));
        EXPECT_EQ(aligned[0], 1);
    }
    strand.close();
}
