// panel.cpp - words and bars
// SPDX-License-Identifier: MIT
#include "panel.hpp"

#include "game.hpp"

namespace demo {
namespace {

using namespace weft;

constexpr uint32_t kBar = 24;

// In eighths of a character.
void add_bar(TextWriter& text, uint64_t value, uint64_t full) {
    constexpr const char* kParts[] = {" ",      "\u258f", "\u258e", "\u258d",
                                      "\u258c", "\u258b", "\u258a", "\u2589"};
    const uint64_t eighths = full == 0 || value >= full ? 8 * kBar : value * 8 * kBar / full;
    text.add("\x1b[38;5;179m\x1b[48;5;236m");
    for (uint32_t i = 0; i < kBar; i++)
        text.add(8 * i + 8 <= eighths ? "\u2588" : 8 * i < eighths ? kParts[eighths % 8] : " ");
    text.add("\x1b[0m ");
}

void add_row(TextWriter& text, const char* name, uint64_t value, uint64_t full) {
    text.add(" ").add(name);
    add_bar(text, value, full);
}

void end_row(TextWriter& text) {
    text.add("\x1b[K\n");
}

}  // namespace

void add_fixed(TextWriter& text, uint64_t value, uint32_t digits, uint32_t width) {
    uint64_t scale = 1;
    for (uint32_t i = 0; i < digits; i++)
        scale *= 10;
    Text<32> number;
    number.add_number(value / scale);
    if (digits > 0) number.add(".");
    for (uint64_t place = scale / 10; place > 0; place /= 10)
        number.add_number(value / place % 10);
    for (size_t length = number.length(); length < width; length++)
        text.add(" ");
    text.add(number.c_str());
}

void add_panel(TextWriter& text, const Game& game, uint32_t frame, uint32_t frames) {
    const FrameRecord& record = game.record(frame);
    const uint64_t us = (record.ended_ns - record.begun_ns) / 1000;
    add_row(text, "frame   ", us, kBudgetNs / 1000);
    add_fixed(text, us / 10, 2, 6);
    text.add(" ms of 16.67, sand ");
    add_fixed(text, record.sand_ns / 10'000, 2);
    end_row(text);
    add_row(text, "jobs    ", record.jobs, 100);
    text.add_number(record.jobs).add(" a frame, ").add_number(record.steals).add(" stolen");
    end_row(text);
    add_row(text, "memory  ", record.bytes / 1024, 512);
    text.add_number(record.bytes / 1024).add(" KiB of frame memory, none of it freed by hand");
    end_row(text);
    add_row(text, "audio   ", game.audio.worst_us(), Audio::kPeriodNs / 1000);
    text.add_number(game.audio.blocks()).add(" blocks, ").add_number(game.audio.missed());
    text.add(" missed, worst ").add_number(game.audio.worst_us()).add(" us late");
    end_row(text);
    add_row(text, "loads   ", game.loaded(), kTiles);
    text.add_number(game.loaded()).add(" of ").add_number(kTiles).add(" tiles");
    end_row(text);
    add_row(text, "run     ", frame + 1, frames);
    text.add("frame ").add_number(frame + 1).add(" of ").add_number(frames);
    end_row(text);
}

void add_line(TextWriter& text, const Game& game, uint32_t frame, uint32_t frames) {
    const FrameRecord& record = game.record(frame);
    text.add("frame ");
    add_fixed(text, frame + 1, 0, 5);
    text.add("/").add_number(frames).add("  ");
    add_fixed(text, (record.ended_ns - record.begun_ns) / 10'000, 2, 6);
    text.add(" ms  jobs ");
    add_fixed(text, record.jobs, 0, 3);
    text.add("  stolen ");
    add_fixed(text, record.steals, 0, 3);
    text.add("  frame memory ");
    add_fixed(text, record.bytes / 1024, 0, 3);
    text.add(" KiB  audio ").add_number(game.audio.missed()).add(" missed of ");
    text.add_number(game.audio.blocks()).add("  loads ").add_number(game.loaded());
    text.add("/").add_number(kTiles).add("\n");
}

}  // namespace demo
