// mobile.cpp - arms, and where they are in a frame
// SPDX-License-Identifier: MIT
#include "mobile.hpp"

#include "sand.hpp"

namespace demo {
namespace {

constexpr float kCentreX = 320, kCentreY = 90;
constexpr float kLengths[Mobile::kLevels] = {0, 150, 40, 12, 4};

uint32_t level_of(uint32_t node) {
    uint32_t level = 0;
    while (node >= Mobile::first_of(level + 1))
        level++;
    return level;
}

}  // namespace

// Directions are turned one from the other: no library is asked for a cosine.
Mobile::Mobile(uint32_t seed) {
    const float step_x = 0.99998117528f, step_y = 0.00613588465f;  // of 2 pi / 1024
    float x = 1, y = 0;
    for (auto& direction : directions_) {
        direction[0] = x;
        direction[1] = y;
        const float turned = x * step_x - y * step_y;
        y = x * step_y + y * step_x;
        x = turned;
    }
    for (uint32_t node = 0; node < kNodes; node++) {
        const uint32_t level = level_of(node);
        const uint32_t chance = mix(seed, node);
        arms_[node] = {kLengths[level], uint16_t(node * (kDirections / kArms) + chance % 64),
                       int16_t(level * (chance & 256 ? 3 : -3))};
    }
}

void Mobile::place(uint32_t frame, Place* places, uint32_t begin, uint32_t end) const {
    constexpr Place kRoot = {kCentreX, kCentreY, 1, 0};
    for (uint32_t node = begin; node < end; node++) {
        const Arm& arm = arms_[node];
        const Place& parent = node == 0 ? kRoot : places[parent_of(node)];
        const uint32_t direction = arm.direction + frame * uint32_t(int32_t(arm.speed));
        const float* const turn = directions_[direction % kDirections];
        const float x = parent.turn_x * turn[0] - parent.turn_y * turn[1];
        const float y = parent.turn_x * turn[1] + parent.turn_y * turn[0];
        places[node] = {parent.x + x * arm.length, parent.y + y * arm.length, x, y};
    }
}

}  // namespace demo
