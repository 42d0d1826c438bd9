// explorer.hpp - every schedule of a scenario: depth first, by running it again and again
// SPDX-License-Identifier: MIT
//
//   path:  choice | choice | ... | choice     the next run repeats all but the last, and takes the
//                                             next option there
//
// Two runs that come to the same state (Engine::state_hash: each core did and saw the same, in
// whatever order) go on alike: the second is abandoned. So of runs that differ only in the order of
// independent steps one is run to its end. States are kept by 64-bit hashes: two that collide would
// hide one of them, which at a million states happens in one exploration of 40 million.
//
// Bounds: preemptions (a core that could go on is left), loads that read older stores, and swaps
// that fail for nothing. With none, the exploration is complete for the model.
#pragma once
#include <stddef.h>
#include <choices.hpp>
#include <unordered_map>
#include <vector>

namespace weft::sim {

struct Bounds {
    uint8_t preemptions, stale, spurious;
};

class Explorer : public Strategy {
 public:
    static constexpr uint8_t kUnbounded = 255;

    explicit Explorer(const Bounds& bounds) : bounds_(bounds) {}

    uint32_t choose(const Choice& choice) override;
    // After a run: false when there is no other.
    bool next_run();
    size_t states() const { return visited_.size(); }

 private:
    struct Step {
        ChoiceKind kind;
        uint32_t options, chosen, free, fires_from;
        Bounds left;
    };

    bool visited(const Choice& choice, const Bounds& left);
    Bounds left_after(const Step& step) const;
    bool allowed(const Step& step, uint32_t option) const;

    const Bounds bounds_;
    std::vector<Step> path_;
    size_t depth_ = 0;
    std::unordered_map<uint64_t, Bounds> visited_;
};

}  // namespace weft::sim
