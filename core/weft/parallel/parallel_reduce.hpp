// parallel_reduce.hpp - many values to one, in the same order at any number of workers
// SPDX-License-Identifier: MIT
//
//     const float sum = weft::parallel_reduce(
//         0, n, 0.0f, [=](size_t i) { return x[i] * y[i]; }, [](float a, float b) { return a + b;
//         });
//
//   [begin, end) -> halves -> ... -> leaves of 1/512 of the range, each from left to right
//
// The tree hangs on the range's length alone, so a floating-point result is the same, bit for bit,
// whoever computes which part. combine(a, b) must be associative up to rounding; it may mind the
// order: a stands left of b.
//
// Who may call: jobs; elsewhere it panics. An empty range gives `nothing`, which is used nowhere
// else.
#pragma once
#include <weft/parallel/join.hpp>

namespace weft {

constexpr unsigned kReduceBits = 9;  // 512 leaves: a fork each, and enough for many workers

// One call of parallel_reduce: on its caller's stack.
template <class T, class Map, class Combine>
struct Reduction {
    const Map& map;
    const Combine& combine;
    size_t leaf;  // indices, at most

    // map(index), or map(begin, end) for a leaf at a time.
    T run_leaf(size_t begin, size_t end) const {
        if constexpr (kCallable<const Map, size_t, size_t>) {
            return map(begin, end);
        } else {
            static_assert(kCallable<const Map, size_t>,
                          "parallel_reduce: map takes an index, or the begin and end of a chunk");
            T value = map(begin);
            while (++begin != end)
                value = combine(move(value), map(begin));
            return value;
        }
    }

    T run(size_t begin, size_t end) const {
        if (end - begin <= leaf) return run_leaf(begin, end);
        const size_t middle = begin + (end - begin) / 2;
        auto [left, right] = join([this, begin, middle] { return run(begin, middle); },
                                  [this, middle, end] { return run(middle, end); });
        return combine(move(left), move(right));
    }
};

template <class T, class Map, class Combine>
T parallel_reduce(size_t begin, size_t end, T nothing, const Map& map, const Combine& combine) {
    static_cast<void>(lane_here());
    WEFT_REQUIRE(begin <= end);
    if (begin == end) return nothing;
    const size_t leaf = ((end - begin) >> kReduceBits) + 1;
    return Reduction<T, Map, Combine>{map, combine, leaf}.run(begin, end);
}

}  // namespace weft
