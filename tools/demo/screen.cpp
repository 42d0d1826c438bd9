// screen.cpp - draws the swarm: in place on a terminal, a line now and then elsewhere
// SPDX-License-Identifier: MIT
#include "demo.hpp"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace demo {
namespace {

using namespace weft;

constexpr uint32_t kLineEvery = 16;  // frames between the lines of a run without a terminal
constexpr char kWord[] = "weft";
constexpr uint32_t kColours[] = {44, 170, 221, 113};

void add_cell(TextWriter& text, const Letter& letter, bool colour) {
    const char character[] = {letter.character, 0};
    if (colour) {
        text.add(letter.home ? "\x1b[1;38;5;" : "\x1b[22;38;5;");
        text.add_number(kColours[strchr(kWord, letter.character) - kWord]).add("m");
    }
    text.add(character);
}

void add_picture(TextWriter& text, const Swarm& swarm, bool colour) {
    const Letter* cells[kRows][kColumns] = {};
    for (uint32_t i = 0; i < swarm.length; i++)
        cells[swarm.letters[i].row][swarm.letters[i].column] = &swarm.letters[i];
    for (const auto& row : cells) {
        for (const Letter* letter : row) {
            if (letter == nullptr) text.add(" ");
            if (letter != nullptr) add_cell(text, *letter, colour);
        }
        text.add(colour ? "\x1b[0m\n" : "\n");
    }
}

}  // namespace

// port::write goes to standard error, so that is what must be a terminal, and large enough.
bool terminal_is_live() {
    const char* headless = getenv("HEADLESS");
    winsize size;
    return (headless == nullptr || strcmp(headless, "1") != 0) &&
           ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > kColumns &&
           size.ws_row > kRows + 2;
}

void draw(const Swarm& swarm, bool live) {
    static Text<48 * 1024> text;  // a frame in one write, so that no half of it is seen
    const bool last = swarm.walking == 0;
    if (live && swarm.frames > 0) text.add("\x1b[").add_number(kRows + 1).add("A");
    if (live || last) add_picture(text, swarm, live);
    if (!live && !last && swarm.frames % kLineEvery != 0) return;
    text.add("frame ").add_number(swarm.frames).add("  fibers walking ");
    text.add_number(swarm.walking).add("  switches ").add_number(swarm.switches);
    text.add(live ? "\x1b[K\n" : "\n").print();
}

}  // namespace demo
