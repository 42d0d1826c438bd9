// mobile.hpp - a hierarchy of transforms: a mobile that hangs from one point, each arm on its
// parent SPDX-License-Identifier: MIT
//
// Level by level, since a place needs its parent's; within a level in any order. What a level holds
// follows from the frame's number alone: no state, so frames in flight do not wait for each other.
#pragma once
#include <stdint.h>

namespace demo {

struct Place {
    float x, y;
    float turn_x, turn_y;  // a unit vector: where the arm's own x points
};

class Mobile {
 public:
    static constexpr uint32_t kLevels = 5, kArms = 8;
    static constexpr uint32_t kNodes = 1 + 8 + 64 + 512 + 4096;

    explicit Mobile(uint32_t seed);

    // Nodes of a level: [first_of(level), first_of(level + 1)).
    static constexpr uint32_t first_of(uint32_t level) {
        return level == 0 ? 0 : kArms * first_of(level - 1) + 1;
    }
    static constexpr uint32_t parent_of(uint32_t node) { return (node - 1) / kArms; }

    // places[begin, end) of one level; those of the level above are there.
    void place(uint32_t frame, Place* places, uint32_t begin, uint32_t end) const;

 private:
    static constexpr uint32_t kDirections = 1024;

    struct Arm {
        float length;
        uint16_t direction;
        int16_t speed;  // directions a frame
    };

    Arm arms_[kNodes];
    float directions_[kDirections][2];
};

}  // namespace demo
