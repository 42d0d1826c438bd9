// sand.hpp - a world of grains and walls, and the pass in which grains fall and slide
// SPDX-License-Identifier: MIT
//
//   a pass cuts the world into blocks of two by two cells, at another corner each time:
//
//     | a b | . . |      what stands above nothing falls;
//     | c d | . . |      what stands on something slides past it, if nothing is beside it
//
// A block is settled by itself, so blocks may be settled in any order, by any number of workers:
// the world after a pass is the same, bit for bit. Chance comes from the seed, the pass and the
// block's row. Invariant: a pass moves grains; it makes and loses none, and moves no wall.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace demo {

using Cell = uint8_t;
constexpr Cell kEmpty = 0, kWall = 15;  // between them: a grain, by its colour

inline bool is_grain(Cell cell) {
    return uint32_t(cell) - 1 < kWall - 1;
}

// Well mixed bits of a few numbers.
uint32_t mix(uint32_t a, uint32_t b, uint32_t c = 0);

class Sand {
 public:
    static constexpr uint32_t kWidth = 640, kHeight = 480;

    // Empty, with walls around it.
    explicit Sand(uint32_t seed) { clear(seed); }
    void clear(uint32_t seed);

    Cell at(uint32_t x, uint32_t y) const { return cells_[y][x]; }
    void put(uint32_t x, uint32_t y, Cell cell) { cells_[y][x] = cell; }
    const Cell* row(uint32_t y) const { return cells_[y]; }

    // Rows of blocks in a pass. Those of the next pass, passes() + 1, must each be settled once;
    // two that have a row of cells in common, in the order of their passes.
    static constexpr uint32_t block_rows(uint32_t pass) { return (kHeight - (pass & 1)) / 2; }
    void settle_rows(uint32_t pass, uint32_t begin, uint32_t end);
    void count_passes(uint32_t count) { passes_ += count; }

    uint32_t passes() const { return passes_; }
    uint32_t grains() const;
    uint32_t checksum() const;

 private:
    void settle_row(uint32_t pass, uint32_t right, uint32_t row);

    alignas(64) Cell cells_[kHeight][kWidth];
    uint32_t seed_;
    uint32_t passes_;
};

}  // namespace demo
