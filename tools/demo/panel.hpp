// panel.hpp - a frame's figures in words and bars
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/base/text.hpp>

namespace demo {

class Game;

constexpr uint32_t kPanelRows = 6;

// For a terminal, below the picture.
void add_panel(weft::TextWriter& text, const Game& game, uint32_t frame, uint32_t frames);
// For a file: one line.
void add_line(weft::TextWriter& text, const Game& game, uint32_t frame, uint32_t frames);
// A number with a given count of digits behind the point, and at least `width` characters.
void add_fixed(weft::TextWriter& text, uint64_t value, uint32_t digits, uint32_t width = 0);

}  // namespace demo
