// choices.hpp - sim: everything that is not determined, asked for in one place
// SPDX-License-Identifier: MIT
//
// A run is a list of choices. Zero is always the tame one: the running core goes on, a load reads
// the newest store, no fault comes. So a list of zeros is an ordinary run on one core after the
// other, and a list that is shortened or zeroed somewhere is still a run.
#pragma once
#include <stdint.h>

namespace weft::sim {

enum class ChoiceKind : uint8_t {
    core,       // who goes on
    value,      // which store a load reads
    spurious,   // whether a weak compare-and-swap fails for nothing
    interrupt,  // whether an interrupt comes now
    own,        // a scenario's own
};

struct Choice {
    ChoiceKind kind;
    uint32_t options;
    // Of kind `core`: the numbers of those that can go on; whether the first was running and could
    // go on; which wait for a deadline only, which then comes; and what identifies the state.
    const uint16_t* cores;
    bool first_runs;
    uint32_t fires_from;  // options from here on are deadlines that come
    uint64_t state;
};

class Strategy {
 public:
    static constexpr uint32_t kAbandon = ~0u;  // this run tells nothing new

    virtual ~Strategy() = default;
    virtual uint32_t choose(const Choice& choice) = 0;
};

}  // namespace weft::sim
