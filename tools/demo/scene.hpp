// scene.hpp - four hoppers of sand over pegs and bins; what is below a hopper comes when it is told
// SPDX-License-Identifier: MIT
//
//   |:::::::|:::::::|:::::::|:::::::|   25,000 grains each, in layers of three shades
//    \:::::/ \:::::/ \:::::/ \:::::/
//      \=/     \=/     \=/     \=/      gates
//     .   .   . pegs, in rows of tiles, loaded one by one
//   |   |   |   |   |   |   |   |   |   bins
#pragma once
#include "sand.hpp"

namespace demo {

constexpr uint32_t kHoppers = 4;
constexpr uint32_t kGrains = 100'000;
constexpr uint32_t kTilesPerHopper = 6;
constexpr uint32_t kTiles = kHoppers * kTilesPerHopper;
constexpr uint32_t kMostPegs = 16;

// A row of pegs below one hopper, as it comes from the disk.
struct Tile {
    uint32_t count;
    uint16_t x[kMostPegs], y[kMostPegs];
};

// The same tile for the same seed, whoever makes it.
Tile make_tile(uint32_t seed, uint32_t number);

// Hoppers full of sand, their gates shut, and bins.
void build(Sand& sand, uint32_t seed);
void place(Sand& sand, const Tile& tile);
void open_gate(Sand& sand, uint32_t hopper);

}  // namespace demo
