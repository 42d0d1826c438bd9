// screen.cpp - half blocks, two pixels a character: the upper as ink, the lower as paper
// SPDX-License-Identifier: MIT
#include "screen.hpp"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "panel.hpp"

namespace demo {
namespace {

using namespace weft;

constexpr uint32_t kLeastColumns = 60, kMostColumns = 160, kMostRows = 120;
constexpr char kEnter[] = "\x1b[?1049h\x1b[?25l\x1b[2J";
constexpr char kLeave[] = "\x1b[0m\x1b[?25h\x1b[?1049l";

void put(const char* text, size_t bytes) {
    while (bytes > 0) {
        const ssize_t written = write(STDOUT_FILENO, text, bytes);
        if (written <= 0) return;
        text += written;
        bytes -= size_t(written);
    }
}

void leave_at_signal(int) {
    put(kLeave, sizeof kLeave - 1);
    _exit(130);
}

bool terminal_is_able() {
    const char* const kind = getenv("TERM");
    return isatty(STDOUT_FILENO) && kind != nullptr && strcmp(kind, "dumb") != 0;
}

bool terminal_has_true_colour() {
    const char* const colours = getenv("COLORTERM");
    return colours != nullptr &&
           (strcmp(colours, "truecolor") == 0 || strcmp(colours, "24bit") == 0);
}

uint32_t least(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

Colour lighter(Colour colour) {
    return (colour >> 1 & 0x7f7f7f) + 0x7f7f7f;
}

// Of the 6 x 6 x 6 cube that terminals of 256 colours have.
uint32_t cube_of(Colour colour) {
    const auto step = [colour](uint32_t shift) { return (colour >> shift & 0xff) * 6 / 256; };
    return 16 + 36 * step(16) + 6 * step(8) + step(0);
}

}  // namespace

void Screen::open(const Options& options) {
    frames_ = options.frames;
    line_every_ = options.frames < 12 ? 1 : options.frames / 12;
    winsize size;
    if (options.headless || !terminal_is_able() || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 ||
        size.ws_col < kLeastColumns || size.ws_row < kPanelRows + 12)
        return;
    columns_ = least(size.ws_col, kMostColumns);
    rows_ = least(2 * (size.ws_row - kPanelRows - 1), least(columns_ * 3 / 4, kMostRows)) & ~1u;
    true_colour_ = terminal_has_true_colour();
    live_ = true;
    signal(SIGINT, leave_at_signal);
    signal(SIGTERM, leave_at_signal);
    put(kEnter, sizeof kEnter - 1);
}

void Screen::close() {
    if (live_) put(kLeave, sizeof kLeave - 1);
    live_ = false;
}

// The nodes above the leaves, as points of light.
void Screen::add_mobile(Colour* pixels, const Place* places) const {
    for (uint32_t node = Mobile::first_of(2); node < Mobile::first_of(4); node++) {
        const float x = places[node].x * float(columns_) / float(Sand::kWidth);
        const float y = places[node].y * float(rows_) / float(Sand::kHeight);
        if (x < 0 || y < 0 || x >= float(columns_) || y >= float(rows_)) continue;
        Colour& pixel = pixels[uint32_t(y) * columns_ + uint32_t(x)];
        pixel = lighter(pixel);
    }
}

void Screen::add_colour(TextWriter& text, const char* place, Colour colour) const {
    text.add("\x1b[").add(place);
    if (!true_colour_) {
        text.add("5;").add_number(cube_of(colour)).add("m");
        return;
    }
    text.add("2;").add_number(colour >> 16).add(";").add_number(colour >> 8 & 0xff);
    text.add(";").add_number(colour & 0xff).add("m");
}

void Screen::encode(const Colour* pixels, TextWriter& text) const {
    for (uint32_t row = 0; row + 1 < rows_; row += 2) {
        Colour ink = ~0u, paper = ~0u;
        for (uint32_t column = 0; column < columns_; column++) {
            const Colour upper = pixels[row * columns_ + column];
            const Colour lower = pixels[(row + 1) * columns_ + column];
            if (upper != ink) add_colour(text, "38;", ink = upper);
            if (lower != paper) add_colour(text, "48;", paper = lower);
            text.add("\u2580");
        }
        text.add("\x1b[0m\x1b[K\n");
    }
}

void Screen::show(const Game& game, uint32_t frame, const TextWriter& picture) const {
    Text<4096> panel;
    if (live_) {
        put("\x1b[H", 3);
        put(picture.c_str(), picture.length());
        add_panel(panel, game, frame, frames_);
    } else if (line_every_ != 0 && (frame + 1) % line_every_ == 0) {
        add_line(panel, game, frame, frames_);
    }
    put(panel.c_str(), panel.length());
}

}  // namespace demo
