// sand.cpp - settles blocks: the kernel that all who compute this world share
// SPDX-License-Identifier: MIT
#include "sand.hpp"

namespace demo {
namespace {

constexpr uint32_t kStride = 8;  // cells that are skipped at once when there is nothing in them

bool nothing_in(const Cell* cells) {
    uint64_t word;
    __builtin_memcpy(&word, cells, sizeof word);
    return word == 0;
}

inline void fall(Cell& from, Cell& to) {
    to = from;
    from = kEmpty;
}

inline bool alone(Cell grain, Cell beside) {
    return is_grain(grain) && beside == kEmpty;
}

// The upper two cells and the lower two. `chance` is two bits: a free grain drifts aside every
// second time, so that streams widen; one that stands slides down but every fourth time.
inline void settle(Cell* upper, Cell* lower, uint32_t chance) {
    const bool both_empty = lower[0] == kEmpty && lower[1] == kEmpty;
    const bool aside = both_empty ? chance >= 2 : chance != 0;
    if (aside && alone(upper[0], upper[1]) && lower[1] == kEmpty) return fall(upper[0], lower[1]);
    if (aside && alone(upper[1], upper[0]) && lower[0] == kEmpty) return fall(upper[1], lower[0]);
    if (is_grain(upper[0]) && lower[0] == kEmpty) fall(upper[0], lower[0]);
    if (is_grain(upper[1]) && lower[1] == kEmpty) fall(upper[1], lower[1]);
}

}  // namespace

uint32_t mix(uint32_t a, uint32_t b, uint32_t c) {
    uint32_t bits = a * 0x9e3779b1u ^ b * 0x85ebca77u ^ c * 0xc2b2ae3du;
    bits = (bits ^ bits >> 15) * 0x2c1b3c6du;
    bits = (bits ^ bits >> 12) * 0x297a2d39u;
    return bits ^ bits >> 15;
}

void Sand::clear(uint32_t seed) {
    seed_ = seed;
    passes_ = 0;
    for (uint32_t y = 0; y < kHeight; y++)
        for (uint32_t x = 0; x < kWidth; x++) {
            const bool border = x == 0 || y == 0 || x == kWidth - 1 || y == kHeight - 1;
            cells_[y][x] = border ? kWall : kEmpty;
        }
}

// Downwards the blocks' corner alternates, so that a free grain falls one cell a pass; to the right
// it is drawn, so that piles lean to no side.
void Sand::settle_rows(uint32_t pass, uint32_t begin, uint32_t end) {
    const uint32_t right = mix(seed_, pass) & 1;
    for (uint32_t row = begin; row < end; row++)
        settle_row(pass, right, row);
}

void Sand::settle_row(uint32_t pass, uint32_t right, uint32_t row) {
    Cell* const upper = cells_[2 * row + (pass & 1)];
    Cell* const lower = upper + kWidth;
    uint32_t luck = mix(seed_, pass, row);
    uint32_t x = right;
    while (x + kStride <= kWidth) {
        luck = luck << 7 | luck >> 25;
        if (!nothing_in(upper + x))
            for (uint32_t i = 0; i < kStride; i += 2)
                settle(upper + x + i, lower + x + i, luck >> i & 3);
        x += kStride;
    }
    for (; x + 2 <= kWidth; x += 2)
        settle(upper + x, lower + x, luck & 3);
}

uint32_t Sand::grains() const {
    uint32_t count = 0;
    for (const auto& row : cells_)
        for (const Cell cell : row)
            count += is_grain(cell);
    return count;
}

uint32_t Sand::checksum() const {
    uint32_t sum = passes_;
    for (const auto& row : cells_)
        for (const Cell cell : row)
            sum = (sum ^ cell) * 0x01000193u;
    return sum;
}

}  // namespace demo
