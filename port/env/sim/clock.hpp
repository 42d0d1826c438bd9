// clock.hpp - sim: vector clocks: what a core knows of the others
// SPDX-License-Identifier: MIT
#pragma once
#include <stdint.h>

namespace weft::sim {

constexpr uint32_t kTracked = 8;  // cores of an explored machine; timed machines have no clocks

// at[c]: everything up to this moment of core c's own count.
struct Clock {
    uint32_t at[kTracked] = {};

    void join(const Clock& other) {
        for (uint32_t i = 0; i < kTracked; i++)
            if (other.at[i] > at[i]) at[i] = other.at[i];
    }
    bool has(uint32_t core, uint32_t moment) const { return at[core] >= moment; }
};

// `happened` is what happens before: it orders plain accesses. `visible` is at least that, and
// what sequentially consistent fences add: these order atomics alone.
struct View {
    Clock happened;
    Clock visible;

    void join(const View& other) {
        happened.join(other.happened);
        visible.join(other.visible);
    }
};

}  // namespace weft::sim
