// peer_serial.cpp - the floor: the same programs without any library, on one thread
// SPDX-License-Identifier: MIT
#include "join_work.hpp"
#include "pfor_work.hpp"
#include "serial_policy.hpp"
#include "spawn_work.hpp"

namespace bench {
namespace {

// Nobody's closures: what a textbook has, with a call for each addition, as each is a fork
// elsewhere.
__attribute__((noinline)) uint64_t plain_fib(uint32_t n) {
    return n < 2 ? n : plain_fib(n - 1) + plain_fib(n - 2);
}

// Left alone, g++ inlines it into itself to a depth of nine, and few calls are left.
uint64_t unrolled_fib(uint32_t n) {
    return n < 2 ? n : unrolled_fib(n - 1) + unrolled_fib(n - 2);
}

template <uint64_t (*kFunction)(uint32_t)>
void run_serial_fib() {
    must(kFunction(unknown(kFib)) == 5702887);
}

constexpr Variant kJoins[] = {
    {"join.fork.serial.ns", joined<Serial, 1, run_serial_fib<plain_fib>>, kFibForks},
    {"join.fib.serial.ms", joined<Serial, 1, run_serial_fib<plain_fib>>, kMs},
    {"join.fib.unrolled.ms", joined<Serial, 1, run_serial_fib<unrolled_fib>>, kMs},
    {"join.skynet.serial.ms", joined<Serial, 1, run_skynet<Serial>>, kMs},
    {"join.nqueens.serial.ms", joined<Serial, 1, run_nqueens<Serial>>, kMs},
    {"join.matmul.serial.ms", joined<Serial, 1, run_matmul<Serial>>, kMs},
};
constexpr Variant kRanges[] = {
    {"spawn.batch.serial.ns", empty_range<Serial, 1, 1'000'000>, 1'000'000},
};
constexpr Variant kLoops[] = {
    {"pfor.serial.us", looped<Serial, 1, kItems>, kUs},
};

}  // namespace

Loop& the_loop() {
    static Loop loop;
    return loop;
}

weft::Span<const Variant> serial_joins() {
    return kJoins;
}
weft::Span<const Variant> serial_ranges() {
    return kRanges;
}
weft::Span<const Variant> serial_loops() {
    return kLoops;
}

}  // namespace bench
