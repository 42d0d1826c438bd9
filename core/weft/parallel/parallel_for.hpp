// parallel_for.hpp - a loop over indices or a slice, shared with whoever is hungry
// SPDX-License-Identifier: MIT
//
//     weft::parallel_for(0, n, [=](size_t i) { y[i] = a * x[i] + y[i]; });
//     weft::parallel_for(0, n, [=](size_t begin, size_t end) { ... });    a chunk at a time
//     weft::parallel_for(bodies, [](Body& body) { move(body); });         a slice; or its parts
//     weft::parallel_for(0, n, weft::Batches::heavy(), [=](size_t i) { ... });
//
//   caller:  b0 b1 b2 asked? | b3 b4 ... b9 | b10 ........ b17 |
//                               goes on here    forked: a thief runs it, and splits it in turn
//
// A range is one piece of work until somebody asks for some: looking costs one load a batch, and
// nothing is queued that nobody wants. Whoever is left with a half that was not stolen runs it.
//
// A body returns nothing, or whether to go on (bool), or a Status; the loop returns the same: false
// if it was stopped, or the first failure. Batches that have not begun are then dropped; the batch
// at hand ends at once for a body by index or item.
//
// Who may call: jobs; elsewhere it panics. The body is called by several workers at a time, as
// const, and may wait. Returns when all is over. An empty range is over at once.
#pragma once
#include <weft/base/bytes.hpp>
#include <weft/parallel/batches.hpp>
#include <weft/parallel/join.hpp>

namespace weft {

inline Status verdict(Status status) {
    return status;
}
inline Status verdict(bool go_on) {
    return go_on ? Status::ok : Status::cancelled;
}

// What is called in a loop: a copy if it is small. What others can see might change between two
// items, as far as the compiler knows, and would be loaded for each.
template <class Body>
using LoopBody = typename Conditional<kFitsJob<Body>, const Body, const Body&>::Type;

// One value after another; a result says whether to go on.
template <class At, class Next>
WEFT_ALWAYS_INLINE auto call_each(At at, At end, const Next& next) {
    if constexpr (kSameType<decltype(next(at)), void>) {
        for (; at != end; ++at)
            next(at);
    } else {
        for (; at != end; ++at) {
            const Status status = verdict(next(at));
            if (status != Status::ok) return status;
        }
        return Status::ok;
    }
}

// One call of parallel_for: on its caller's stack, used by all who run a part of it.
template <class Chunk>
class Loop {
 public:
    using Result = decltype(declared<const Chunk&>()(size_t(), size_t()));

    Loop(const Cut& cut, const Chunk& chunk) : cut_(cut), chunk_(chunk) {}

    Status run() {
        run_part(0, cut_.count);
        // Relaxed: the joins ordered it.
        return Status(outcome_.load_relaxed());
    }

 private:
    static constexpr bool kStops = !kSameType<Result, void>;

    void run_part(size_t at, size_t end) {
        for (; at != end; at++) {
            if (end - at > 1 && Lane::current()->asked()) return share_part(at, end);
            if (!run_batch(at)) return;
        }
    }

    // The push of the fork finds out who asks, and answers.
    __attribute__((noinline)) void share_part(size_t at, size_t end) {
        const size_t middle = at + (end - at) / 2;
        static_cast<void>(join([this, at, middle] { run_part(at, middle); },
                               [this, middle, end] { run_part(middle, end); }));
    }

    WEFT_ALWAYS_INLINE bool run_batch(size_t index) {
        const size_t begin = cut_.begin_of(index);
        const size_t end = cut_.begin_of(index + 1);
        if constexpr (kStops) {
            // Relaxed: a stop seen late costs a batch.
            if (outcome_.load_relaxed() != 0) return false;
            return note(verdict(chunk_(begin, end)));
        } else {
            chunk_(begin, end);
            return true;
        }
    }

    bool note(Status status) {
        uint32_t first = 0;
        // Relaxed: the joins publish it.
        return status == Status::ok ||
               (outcome_.cas_strong_relaxed(first, uint32_t(status)), false);
    }

    const Cut cut_;
    const Chunk& chunk_;
    Atomic<uint32_t> outcome_{0};
};

// `Result` is what the body returns.
template <class Result, class Chunk>
Result run_loop(const Cut& cut, const Chunk& chunk) {
    const Status status = Loop<Chunk>(cut, chunk).run();
    if constexpr (kSameType<Result, bool>) return status == Status::ok;
    if constexpr (kSameType<Result, Status>) return status;
}

template <class Result>
constexpr bool kLoopResult =
    kSameType<Result, void> || kSameType<Result, bool> || kSameType<Result, Status>;

template <class Body>
auto parallel_for(size_t begin, size_t end, Batches batches, const Body& body) {
    const Cut cut = cut_range(begin, end, batches);
    if constexpr (kCallable<const Body, size_t, size_t>) {
        using Result = decltype(body(begin, end));
        static_assert(kLoopResult<Result>, "parallel_for: a body returns void, bool or Status");
        return run_loop<Result>(cut, body);
    } else {
        static_assert(kCallable<const Body, size_t>,
                      "parallel_for: a body takes an index, or the begin and end of a chunk");
        using Result = decltype(body(begin));
        static_assert(kLoopResult<Result>, "parallel_for: a body returns void, bool or Status");
        return run_loop<Result>(cut, [&body](size_t from, size_t to) {
            LoopBody<Body> mine = body;
            return call_each(from, to, mine);
        });
    }
}
template <class Body>
auto parallel_for(size_t begin, size_t end, const Body& body) {
    return parallel_for(begin, end, Batches::adaptive(), body);
}

// Over a slice: the body takes an item by reference, or a Span of several.
template <class T, class Body>
auto parallel_for(Span<T> items, Batches batches, const Body& body) {
    T* const first = items.data();
    if constexpr (kCallable<const Body, T&>) {
        using Result = decltype(body(*first));
        static_assert(kLoopResult<Result>, "parallel_for: a body returns void, bool or Status");
        const auto part = [&body, first](size_t from, size_t to) {
            LoopBody<Body> mine = body;
            return call_each(first + from, first + to, [&mine](T* item) { return mine(*item); });
        };
        return run_loop<Result>(cut_range(0, items.size(), batches), part);
    } else {
        static_assert(kCallable<const Body, Span<T>>,
                      "parallel_for: a slice's body takes an item, or a Span of items");
        return parallel_for(0, items.size(), batches, [&body, first](size_t from, size_t to) {
            return body(Span<T>(first + from, to - from));
        });
    }
}
template <class T, class Body>
auto parallel_for(Span<T> items, const Body& body) {
    return parallel_for(items, Batches::adaptive(), body);
}

}  // namespace weft
