// picture.hpp - the world as colours: a PNG of every cell, and a coarse picture for a terminal
// SPDX-License-Identifier: MIT
#pragma once
#include "sand.hpp"

namespace demo {

// 0x00rrggbb
using Colour = uint32_t;
constexpr uint32_t kPalette = 16;
extern const Colour kColours[kPalette];

constexpr Colour mean_of(uint32_t red, uint32_t green, uint32_t blue, uint32_t count) {
    return red / count << 16 | green / count << 8 | blue / count;
}

// One pixel of a picture of `columns` by `rows`: the mean of the cells under it.
Colour pixel_of(const Sand& sand, uint32_t column, uint32_t row, uint32_t columns, uint32_t rows);

// False if the file cannot be written.
bool write_png(const char* path, const Sand& sand);

}  // namespace demo
