// picture.cpp - a palette, means over cells, and the least PNG: sixteen colours, stored blocks
// SPDX-License-Identifier: MIT
#include "picture.hpp"

namespace demo {

// Nothing, four sands in three shades, two that nobody uses, wall.
const Colour kColours[kPalette] = {0x12131a, 0xf2c14e, 0xd9a032, 0xb27c22, 0x5fc9c4, 0x3aa6a6,
                                   0x237f85, 0xf28e72, 0xd96b55, 0xad4a3c, 0xb7a3e6, 0x9379c9,
                                   0x6d55a3, 0xffffff, 0xffffff, 0x4a4e5a};

Colour pixel_of(const Sand& sand, uint32_t column, uint32_t row, uint32_t columns, uint32_t rows) {
    const uint32_t left = column * Sand::kWidth / columns;
    const uint32_t right = (column + 1) * Sand::kWidth / columns;
    const uint32_t top = row * Sand::kHeight / rows;
    const uint32_t bottom = (row + 1) * Sand::kHeight / rows;
    uint32_t red = 0, green = 0, blue = 0;
    for (uint32_t y = top; y < bottom; y++)
        for (uint32_t x = left; x < right; x++) {
            const Colour colour = kColours[sand.at(x, y)];
            red += colour >> 16;
            green += colour >> 8 & 0xff;
            blue += colour & 0xff;
        }
    return mean_of(red, green, blue, (right - left) * (bottom - top));
}

}  // namespace demo
