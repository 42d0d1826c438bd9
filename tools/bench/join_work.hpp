// join_work.hpp - the fork-join suite's programs, written once over a policy
// SPDX-License-Identifier: MIT
//
// fib, skynet, nqueens and matmul, as fork-join libraries publish them: every call forks, down to
// the leaf. A policy P is a library's way to say it:
//
//   P::with_workers(n, body)   body() on this thread, which is one of n workers, each pinned
//   P::fork(a, b)              both results of a() and b(), which may run at once
//   P::sum(n, f)               f(0) + ... + f(n - 1), likewise
//   P::each(n, f)              f(0) ... f(n - 1), likewise
//
// Closures hold copies only, so that a policy may keep them where it likes.
#pragma once
#include "bench.hpp"
#include "kernels.hpp"

namespace bench {

constexpr uint32_t kFib = 34;
constexpr uint32_t kFibForks = 9'227'464;
constexpr uint32_t kSkynet = 1'000'000;  // leaves, under nodes of ten
constexpr uint32_t kQueens = 12;

template <class P>
uint64_t fib(uint32_t n) {
    if (n < 2) return n;
    const auto [x, y] = P::fork([n] { return fib<P>(n - 2); }, [n] { return fib<P>(n - 1); });
    return x + y;
}

template <class P>
uint64_t skynet(uint64_t first, uint32_t leaves) {
    if (leaves == 1) return first;
    const uint32_t part = leaves / 10;
    return P::sum(10, [=](uint32_t i) { return skynet<P>(first + uint64_t(i) * part, part); });
}

struct Board {
    uint8_t queens[16];  // the column in each row

    bool allows(uint32_t row, uint32_t column) const {
        for (uint32_t above = 0; above < row; above++) {
            const uint32_t distance = row - above;
            const uint32_t other = queens[above];
            if (other == column || other + distance == column || other == column + distance)
                return false;
        }
        return true;
    }
};

template <class P>
uint64_t nqueens(Board board, uint32_t row) {
    if (row == kQueens) return 1;
    Board columns = {};
    uint32_t count = 0;
    for (uint32_t column = 0; column < kQueens; column++)
        if (board.allows(row, column)) columns.queens[count++] = uint8_t(column);
    return P::sum(count, [=](uint32_t i) {
        Board next = board;
        next.queens[row] = columns.queens[i];
        return nqueens<P>(next, row + 1);
    });
}

// r = a * b, or r += a * b: quadrants of r at once, for each of the two products in them.
template <class P>
void matmul(const float* a, const float* b, float* r, uint32_t size, bool add) {
    if (size == kTile) return multiply_tile(a, b, r, add);
    const uint32_t half = size / 2;
    constexpr auto quadrant = [](auto* matrix, uint32_t down, uint32_t right, uint32_t half) {
        return matrix + size_t(down) * half * kStride + right * half;
    };
    for (uint32_t inner = 0; inner < 2; inner++)
        P::each(4, [=](uint32_t i) {
            matmul<P>(quadrant(a, i / 2, inner, half), quadrant(b, inner, i % 2, half),
                      quadrant(r, i / 2, i % 2, half), half, add || inner == 1);
        });
}

// The compiler must not know the result, nor that it is the same each time.
template <class T>
T unknown(T value) {
    asm volatile("" : "+r"(value));
    return value;
}

template <class P>
void run_fib() {
    must(fib<P>(unknown(kFib)) == 5702887);
}
template <class P>
void run_skynet() {
    must(skynet<P>(unknown(uint64_t(0)), kSkynet) == 499999500000);
}
template <class P>
void run_nqueens() {
    must(nqueens<P>(Board(), unknown(0u)) == 14200);
}
template <class P>
void run_matmul() {
    Matrices& matrices = the_matrices();
    matmul<P>(matrices.a, matrices.b, matrices.r, kMatrix, false);
}

// Sleeping workers come awake before the clock runs.
template <class P>
void warm_up() {
    constexpr uint64_t kLongAgainstWakes = 2'000'000;
    const Stopwatch watch;
    while (watch.ns() < kLongAgainstWakes)
        must(fib<P>(unknown(16u)) == 987);
}

template <class P, uint32_t kWorkers, void (*kProgram)()>
uint64_t joined(uint64_t count) {
    uint64_t ns = 0;
    P::with_workers(kWorkers, [&ns, count] {
        warm_up<P>();
        const Stopwatch watch;
        for (uint64_t i = 0; i < count; i++)
            kProgram();
        ns = watch.ns();
    });
    must(kProgram != run_matmul<P> || the_matrices().right());
    return ns;
}

}  // namespace bench
