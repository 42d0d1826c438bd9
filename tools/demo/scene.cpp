// scene.cpp - where walls and grains are at first
// SPDX-License-Identifier: MIT
#include "scene.hpp"

namespace demo {
namespace {

constexpr uint32_t kHopperWidth = Sand::kWidth / kHoppers;
constexpr uint32_t kMouth = 200;     // the row of the gates
constexpr uint32_t kHalfMouth = 14;  // columns
constexpr uint32_t kThickness = 4;
constexpr uint32_t kLayer = 9;  // rows of one shade
constexpr uint32_t kShades = 3;
constexpr uint32_t kFirstPegs = 230, kPegRows = 18, kPegColumns = 20;
constexpr uint32_t kHalfPeg = 5;
constexpr uint32_t kFence = 60;  // the height of what stands between two heaps

uint32_t centre_of(uint32_t hopper) {
    return hopper * kHopperWidth + kHopperWidth / 2;
}

uint32_t distance(uint32_t a, uint32_t b) {
    return a < b ? b - a : a - b;
}

// The row of a hopper's floor in a column, at a slope of one: sand slides down.
uint32_t floor_at(uint32_t x, uint32_t hopper) {
    const uint32_t aside = distance(x, centre_of(hopper));
    return aside <= kHalfMouth ? kMouth : kMouth - (aside - kHalfMouth);
}

void fill_box(Sand& sand, uint32_t left, uint32_t top, uint32_t right, uint32_t bottom, Cell cell) {
    for (uint32_t y = top; y < bottom; y++)
        for (uint32_t x = left; x < right; x++)
            sand.put(x, y, cell);
}

void build_hopper(Sand& sand, uint32_t hopper) {
    const uint32_t left = hopper * kHopperWidth;
    for (uint32_t x = left; x < left + kHopperWidth; x++)
        fill_box(sand, x, floor_at(x, hopper), x + 1, floor_at(x, hopper) + kThickness, kWall);
    fill_box(sand, left, 0, left + 1, kMouth - kHopperWidth / 2 + kHalfMouth, kWall);
}

Cell shade_of(uint32_t hopper, uint32_t y) {
    return Cell(1 + hopper * kShades + y / kLayer % kShades);
}

// From the mouth up, until all are placed.
void pour(Sand& sand, uint32_t hopper) {
    uint32_t left = kGrains / kHoppers;
    const uint32_t first = hopper * kHopperWidth;
    for (uint32_t y = kMouth - 1; y > 0; y--)
        for (uint32_t x = first; x < first + kHopperWidth; x++) {
            if (left == 0) return;
            if (y >= floor_at(x, hopper) || sand.at(x, y) != kEmpty) continue;
            sand.put(x, y, shade_of(hopper, y));
            left--;
        }
}

// A roof: nothing stays on it.
void place_peg(Sand& sand, uint32_t x, uint32_t y) {
    for (uint32_t row = 0; row <= kHalfPeg; row++)
        fill_box(sand, x - row, y + row, x + row + 1, y + row + 1, kWall);
}

}  // namespace

Tile make_tile(uint32_t seed, uint32_t number) {
    Tile tile = {};
    const uint32_t left = number / kTilesPerHopper * kHopperWidth;
    const uint32_t row = number % kTilesPerHopper;
    for (uint32_t x = kPegColumns / (1 + row % 2); x < kHopperWidth; x += kPegColumns) {
        const uint32_t jitter = mix(seed, number, x);
        tile.x[tile.count] = uint16_t(left + x + jitter % 5 - 2);
        tile.y[tile.count] = uint16_t(kFirstPegs + row * kPegRows + (jitter >> 8) % 3);
        tile.count++;
    }
    return tile;
}

void build(Sand& sand, uint32_t seed) {
    sand.clear(seed);
    for (uint32_t hopper = 0; hopper < kHoppers; hopper++) {
        build_hopper(sand, hopper);
        pour(sand, hopper);
    }
    for (uint32_t x = kHopperWidth; x < Sand::kWidth; x += kHopperWidth)
        fill_box(sand, x - 1, Sand::kHeight - kFence, x + 1, Sand::kHeight, kWall);
}

void place(Sand& sand, const Tile& tile) {
    for (uint32_t i = 0; i < tile.count; i++)
        place_peg(sand, tile.x[i], tile.y[i]);
}

void open_gate(Sand& sand, uint32_t hopper) {
    const uint32_t x = centre_of(hopper);
    fill_box(sand, x - kHalfMouth, kMouth, x + kHalfMouth + 1, kMouth + kThickness, kEmpty);
}

}  // namespace demo
