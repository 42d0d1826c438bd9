// injector.hpp - jobs from outside: bounded, many producers, many takers, also from interrupts
// SPDX-License-Identifier: MIT
//
//   cells, a ring; each has a turn:   turn == position: empty, for the producer of that position
//                                     turn == position + 1: full, for its taker
//
// Who may call: any context; a producer that is interrupted between claiming a cell and filling it
// holds up takers at that cell, not other producers, and whoever fills it wakes a worker. Progress:
// producers and takers are lock-free. Full is an answer, not a wait. ABA: positions count on and
// wrap at 32 bits, after more jobs than can be in flight.
#pragma once
#include <weft/base/bytes.hpp>
#include <weft/job/job.hpp>

namespace weft {

class Injector {
 public:
    struct alignas(port::kCacheLine) Cell {
        Atomic<uint32_t> turn;
        Job job;
    };

    Injector() = default;
    Injector(const Injector&) = delete;
    Injector& operator=(const Injector&) = delete;

    // A power of two of cells, 2 at least.
    void init(Span<Cell> cells);

    // False: full, nothing changed.
    bool push(const Job& job);
    // False: none, or one that is not filled yet.
    bool pop(Job* job);
    // A moment old; counts cells that are not filled yet.
    uint32_t count() const {
        // Relaxed: a look.
        return claimed_.load_relaxed() - taken_.load_relaxed();
    }
    // A moment old: whether pop() would find nothing. A cell that is claimed and not filled yet is
    // nothing: whoever fills it wakes a worker, which may sleep until then.
    bool empty() const {
        // Relaxed: a look.
        const uint32_t at = taken_.load_relaxed();
        // Relaxed: a look; pop() acquires.
        return int32_t(cells_[at & mask_].turn.load_relaxed() - (at + 1)) < 0;
    }

 private:
    Cell* cells_ = nullptr;
    uint32_t mask_ = 0;
    alignas(kApart) Atomic<uint32_t> claimed_;
    alignas(kApart) Atomic<uint32_t> taken_;
};

}  // namespace weft
