// serial_patterns.cpp - the same programs on one thread, and what all of them share
// SPDX-License-Identifier: MIT
#include "channel_work.hpp"
#include "sand_work.hpp"
#include "science_work.hpp"
#include "serial_policy.hpp"
#include "steal_work.hpp"
#include "transform_work.hpp"

namespace bench {
namespace {

constexpr uint32_t kSeed = 7;

void flow(demo::Sand& sand) {
    constexpr uint32_t kFrames = 20;
    demo::build(sand, kSeed);
    for (uint32_t i = 0; i < demo::kTiles; i++)
        demo::place(sand, demo::make_tile(kSeed, i));
    for (uint32_t hopper = 0; hopper < demo::kHoppers; hopper++)
        demo::open_gate(sand, hopper);
    for (uint32_t i = 0; i < kFrames; i++)
        sand_frame<Serial>(sand);
}

void write_and_add() {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < kBlocks; i++) {
        write_block(i);
        sum += add_block(i);
    }
    must(sum == kSumOfBlocks);
}

constexpr Variant kSands[] = {
    {"demo.sand.serial.ms", sanded<Serial, 1>, kMs},
};
constexpr Variant kScience[] = {
    {"science.ep.serial.us", computed<Serial, 1, run_ep<Serial>, run_ep<Serial>>, kUs},
    {"science.mg.serial.us", computed<Serial, 1, run_mg<Serial>, run_mg<Serial>>, kUs},
    {"science.cg.serial.us", computed<Serial, 1, run_cg<Serial>, run_cg<Serial>>, kUs},
};
constexpr Variant kTransforms[] = {
    {"transform.serial.us", transformed<Serial, 1>, kUs},
};
constexpr Variant kSteals[] = {
    {"steal.jobs.serial.us", stolen<Serial, 1, uneven_jobs<Serial>>, kUs},
    {"steal.loop.serial.us", stolen<Serial, 1, uneven_loop<Serial>>, kUs},
};
constexpr Variant kChannels[] = {
    {"channel.serial.us", stolen<Serial, 1, write_and_add>, kUs},
};

}  // namespace

const demo::Sand& sand_at_start() {
    static demo::Sand sand(kSeed);
    if (sand.passes() == 0) flow(sand);
    return sand;
}

demo::Sand& sand_at_work() {
    static demo::Sand sand(kSeed);
    return sand;
}

uint32_t sand_checksum(uint32_t frames) {
    static uint32_t known_frames, known;
    if (known_frames == frames) return known;
    static demo::Sand sand(kSeed);
    sand = sand_at_start();
    for (uint32_t i = 0; i < frames; i++)
        sand_frame<Serial>(sand);
    known_frames = frames;
    return known = sand.checksum();
}

const demo::Mobile& the_mobile() {
    static const demo::Mobile mobile(kSeed);
    return mobile;
}
demo::Place* the_places() {
    static demo::Place places[demo::Mobile::kNodes];
    return places;
}
Blocks& the_blocks() {
    static Blocks blocks;
    return blocks;
}

weft::Span<const Variant> serial_sands() {
    return kSands;
}
weft::Span<const Variant> serial_science() {
    return kScience;
}
weft::Span<const Variant> serial_transforms() {
    return kTransforms;
}
weft::Span<const Variant> serial_steals() {
    return kSteals;
}
weft::Span<const Variant> serial_channels() {
    return kChannels;
}

}  // namespace bench
