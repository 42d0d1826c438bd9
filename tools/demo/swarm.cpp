// swarm.cpp - the fibers: letters that walk, and the one that keeps time
// SPDX-License-Identifier: MIT
#include "demo.hpp"

#include <time.h>

namespace demo {
namespace {

using namespace weft;

constexpr uint32_t kWanderFrames = 24;  // before anybody heads home
constexpr uint32_t kStepsPerFrame = 3;
constexpr timespec kFrame = {0, 33'000'000};
constexpr const char* kWord[] = {
    "ww   ww   eeeee    ffff   tt",   "ww   ww  ee   ee  ff  ff  tt",
    "ww   ww  ee   ee  ff     ttttt", "ww w ww  eeeeeee  ffff    tt",
    "ww w ww  ee       ff      tt",   "wwwwwww  ee   ee  ff      tt  t",
    " ww ww    eeeee   ff       ttt",
};

WaitList barrier;     // letters that have done this frame's steps
WaitList timekeeper;  // the fiber that draws, until all have
uint32_t arrived;

uint32_t roll(Letter& letter, uint32_t sides) {
    letter.random = letter.random * 1664525 + 1013904223;
    return (letter.random >> 16) % sides;
}

uint32_t toward(uint32_t from, uint32_t to) {
    return from + (from < to) - (from > to);
}

void step(Letter& letter, bool wander) {
    if (wander || roll(letter, 4) == 0) {
        const uint32_t column = letter.column + roll(letter, 3) - 1;  // left of 0 is huge
        const uint32_t row = letter.row + roll(letter, 3) - 1;
        if (column < kColumns) letter.column = column;
        if (row < kRows) letter.row = row;
    } else {
        letter.column = toward(letter.column, letter.home_column);
        if (roll(letter, 2) == 0) letter.row = toward(letter.row, letter.home_row);
    }
    letter.home = !wander && letter.column == letter.home_column && letter.row == letter.home_row;
}

// Whoever comes last lets the timekeeper draw.
void count_arrival(Swarm& swarm) {
    if (arrived == swarm.walking) ring::wake_one(timekeeper);
    swarm.switches++;  // to follow: a wait, or the fiber's end
}

void walk(Swarm& swarm, Letter& letter) {
    for (;;) {
        for (uint32_t i = 0; i < kStepsPerFrame && !letter.home; i++) {
            step(letter, swarm.frames < kWanderFrames);
            swarm.switches++;
            ring::yield();
        }
        if (letter.home) break;
        arrived++;
        count_arrival(swarm);
        ring::wait(barrier);
    }
    swarm.walking--;
    count_arrival(swarm);
}

void keep_time(Swarm& swarm, bool live) {
    while (swarm.walking > 0) {
        swarm.switches++;
        ring::wait(timekeeper);
        draw(swarm, live);
        swarm.frames++;
        if (live) nanosleep(&kFrame, nullptr);
        arrived = 0;
        ring::wake_all(barrier);
    }
}

void add_letter(Swarm& swarm, uint32_t column, uint32_t row, char character) {
    WEFT_REQUIRE(swarm.length < kMostLetters);
    Letter& letter = swarm.letters[swarm.length++];
    letter = {0, 0, column, row, swarm.length * 2654435761u, character, false, nullptr};
    letter.column = roll(letter, kColumns);
    letter.row = roll(letter, kRows);
}

}  // namespace

void run_swarm(Swarm& swarm, FiberRing& ring, bool live) {
    for (uint32_t row = 0; row < sizeof kWord / sizeof kWord[0]; row++)
        for (uint32_t at = 0; kWord[row][at] != 0; at++)
            for (uint32_t twin = 0; twin < 2 && kWord[row][at] != ' '; twin++)
                add_letter(swarm, 5 + 2 * at + twin, 4 + row, kWord[row][at]);
    swarm.walking = swarm.length;
    ring.spawn(
        "timekeeper", [&swarm, live] { keep_time(swarm, live); }, StackClass::large);
    for (uint32_t i = 0; i < swarm.length; i++) {
        Letter* letter = &swarm.letters[i];
        letter->fiber = ring.spawn("letter", [&swarm, letter] { walk(swarm, *letter); });
        WEFT_REQUIRE(letter->fiber != nullptr);
    }
    WEFT_REQUIRE(ring.run() == 0);  // nobody is left waiting
}

}  // namespace demo
