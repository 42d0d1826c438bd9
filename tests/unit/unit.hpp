// unit.hpp - the test harness: no heap, no libc, no constructors; prints TAP through the port
// SPDX-License-Identifier: MIT
//
//     TEST(a_yield_goes_behind_older_work) {
//         EXPECT_EQ(order[0], 1u);
//         EXPECT_PANIC(ring.shutdown());
//     }
//
// A test's name is a sentence. Tests run in an order drawn from a seed, so none may count on
// another. The linker collects them: the section weft_tests is an array of pointers.
#pragma once
#include <port.hpp>
#include <weft/base/meta.hpp>
#include <weft/base/text.hpp>

namespace unit {

struct TestCase {
    const char* name;
    void (*run)();
};

// A failed expectation fails the test that runs, and lets it go on.
void fail_at(const char* file, uint32_t line, const char* what);
void fail_values(const char* file, uint32_t line, const char* what, uint64_t a, uint64_t b);

// The test that runs cannot here: it counts as skipped, whatever it did before.
void skip(const char* reason);
// As many cores as a test would like, or as many as there may be.
constexpr uint32_t cores(uint32_t wanted) {
    return wanted < weft::port::kMaxCores ? wanted : weft::port::kMaxCores;
}

// Runs body(argument) on a stack of its own; true if it panicked, which ends it there.
bool panics(void (*body)(void*), void* argument);
// The place of the last panic that panics() caught.
uint32_t panic_tag();
uint32_t panic_line();

template <class Body>
bool panics_in(Body body) {
    return panics([](void* b) { (*static_cast<Body*>(b))(); }, &body);
}

// A small generator for tests that draw at random: xorshift, seeded, the same everywhere.
class Random {
 public:
    explicit Random(uint32_t seed) : state_(seed == 0 ? 1 : seed) {}
    uint32_t next() {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 17;
        state_ ^= state_ << 5;
        return state_;
    }
    uint32_t below(uint32_t bound) { return uint32_t(uint64_t(next()) * bound >> 32); }

 private:
    uint32_t state_;
};

// What the machine has for a test: a board's RAM, or a round number on hosts.
#ifdef WEFT_SPARE_BYTES
constexpr size_t kRamBytes = WEFT_SPARE_BYTES;
#elif defined(WEFT_RAM_BYTES)
constexpr size_t kRamBytes = WEFT_RAM_BYTES;
#else
constexpr size_t kRamBytes = 64 * 1024 * 1024;
#endif
// A stack for a context of a test: as wanted on a host, a few KiB or less on a board.
constexpr size_t stack_bytes(size_t wanted) {
    return kRamBytes > 32 * 1024 * 1024 ? wanted
           : kRamBytes >= 1024 * 1024   ? 4096
           : kRamBytes >= 64 * 1024     ? 2048
                                        : 1024;
}
// Random steps of a model test, for each seed: a million, but fewer under tools that are slow.
#if defined(WEFT_RAM_BYTES)
constexpr uint32_t kModelSteps = 20000;
#elif defined(WEFT_VALGRIND) || defined(__SANITIZE_THREAD__)
constexpr uint32_t kModelSteps = 20000;
#elif defined(__SANITIZE_ADDRESS__)
constexpr uint32_t kModelSteps = 200000;
#else
constexpr uint32_t kModelSteps = 1000000;
#endif

// Waits for another core: spins a little, then sleeps in between, since both may share one CPU and
// a spinning side would keep the other from it for a whole time slice.
template <class Condition>
void wait_until(Condition holds) {
    weft::port::Parker nobody;
    for (uint32_t tries = 0; !holds(); tries++) {
        if (tries < 500)
            weft::port::cpu_relax();
        else
            (void)weft::port::park(nobody, weft::port::now_ns() + 20000);
    }
}

// Numbers, enumerators and pointers, for printing.
template <class T>
uint64_t as_number(T value) {
    return uint64_t(value);
}
template <class T>
uint64_t as_number(T* value) {
    return reinterpret_cast<uintptr_t>(value);
}

}  // namespace unit

#define TEST(sentence)                                                            \
    static void test_##sentence();                                                \
    static const unit::TestCase case_##sentence = {#sentence, &test_##sentence};  \
    __attribute__((section("weft_tests"),                                         \
                   used)) static const unit::TestCase* const pointer_##sentence = \
        &case_##sentence;                                                         \
    static void test_##sentence()

// First in a test: it needs so many cores, or so many bytes of RAM, or is skipped and says so.
#define NEEDS_CORES(count) \
    if constexpr (weft::port::kMaxCores < count) return unit::skip("needs " #count " cores")
#define NEEDS_MMU \
    if constexpr (weft::port::kPageBytes < 4096) return unit::skip("needs an MMU")
#define NEEDS_RAM(bytes) \
    if constexpr (unit::kRamBytes < bytes) return unit::skip("needs " #bytes " bytes of RAM")

#define EXPECT(condition)                                                \
    do {                                                                 \
        if (!(condition)) unit::fail_at(__FILE__, __LINE__, #condition); \
    } while (0)

#define EXPECT_EQ(a, b)                                                                 \
    do {                                                                                \
        const auto left_ = (a);                                                         \
        const auto right_ = (b);                                                        \
        if (!(left_ == right_))                                                         \
            unit::fail_values(__FILE__, __LINE__, #a " == " #b, unit::as_number(left_), \
                              unit::as_number(right_));                                 \
    } while (0)

#define EXPECT_OK(status) EXPECT_EQ(status, weft::Status::ok)

#define EXPECT_PANIC(statement)                                                 \
    do {                                                                        \
        if (!unit::panics_in([&] { statement; }))                               \
            unit::fail_at(__FILE__, __LINE__, "expected a panic: " #statement); \
    } while (0)
