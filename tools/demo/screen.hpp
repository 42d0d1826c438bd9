// screen.hpp - a live view on a terminal: blocks of colour, bars; plain lines elsewhere
// SPDX-License-Identifier: MIT
#pragma once
#include "mobile.hpp"
#include "options.hpp"
#include "picture.hpp"

namespace demo {

class Game;

// Escape sequences for two pixels a character; what does not fit is not drawn.
using PictureText = weft::Text<128 * 1024>;

class Screen {
 public:
    // Looks at the terminal on stdout, unless told to be headless.
    void open(const Options& options);
    // Leaves the terminal as it was.
    void close();

    bool live() const { return live_; }
    // Of the picture, in pixels. Headless, the same work is done for an average terminal.
    uint32_t columns() const { return columns_; }
    uint32_t rows() const { return rows_; }

    // Any job.
    void add_mobile(Colour* pixels, const Place* places) const;
    void encode(const Colour* pixels, weft::TextWriter& text) const;

    // The main job, when a frame is over.
    void show(const Game& game, uint32_t frame, const weft::TextWriter& picture) const;

 private:
    void add_colour(weft::TextWriter& text, const char* place, Colour colour) const;

    uint32_t columns_ = 80, rows_ = 60;
    uint32_t frames_ = 0;
    uint32_t line_every_ = 0;  // none before open()
    bool live_ = false;
    bool true_colour_ = false;
};

}  // namespace demo
