// demo.hpp - a swarm of fibers that gathers into a word; what the files share
// SPDX-License-Identifier: MIT
//
// Each letter on the screen is a fiber: it wanders, yields after every step, waits at a barrier for
// every frame, and ends where it belongs. One more fiber keeps time and draws.
#pragma once
#include <weft/base/text.hpp>
#include <weft/weft.hpp>

namespace demo {

constexpr uint32_t kColumns = 72;
constexpr uint32_t kRows = 15;
constexpr uint32_t kMostLetters = 256;

struct Letter {
    uint32_t column, row;
    uint32_t home_column, home_row;
    uint32_t random;  // its own generator's state
    char character;
    bool home;  // its fiber has ended
    const weft::Fiber* fiber;
};

struct Swarm {
    Letter letters[kMostLetters];
    uint32_t length, walking, frames;
    uint64_t switches;
};

void run_swarm(Swarm& swarm, weft::FiberRing& ring, bool live);  // until all letters are home
bool terminal_is_live();
void draw(const Swarm& swarm, bool live);

}  // namespace demo
