// strategies.hpp - who chooses: chance, priorities, or a list
// SPDX-License-Identifier: MIT
#pragma once
#include <stddef.h>
#include <choices.hpp>
#include <string>
#include <vector>

namespace weft::sim {

// The same numbers everywhere: splitmix64.
class Chance {
 public:
    explicit Chance(uint64_t seed) : state_(seed) {}
    uint64_t next() {
        uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    uint32_t below(uint32_t bound) { return uint32_t(((next() >> 32) * bound) >> 32); }
    bool one_in(uint32_t count) { return below(count) == 0; }

 private:
    uint64_t state_;
};

// Choices that are no matter of who goes on, for strategies that draw.
uint32_t draw(Chance& chance, const Choice& choice, uint32_t staleness);

// Goes on with the same core for a while, of a length that the seed says; pauses some for longer.
class RandomStrategy : public Strategy {
 public:
    explicit RandomStrategy(uint64_t seed);
    uint32_t choose(const Choice& choice) override;

 private:
    uint32_t draw_core(const Choice& choice);

    Chance chance_;
    uint32_t switch_in_;  // one in so many points
    uint32_t staleness_;
    uint32_t paused_ = ~0u;  // this core
    uint32_t paused_for_ = 0;
};

// PCT: each core has a priority, the highest that can goes on; at depth - 1 points, drawn from so
// many steps as a run has, the running core falls below all others. A bug that needs d orderings
// among n cores and k steps is found by one run in n k^(d-1), at the worst.
class PriorityStrategy : public Strategy {
 public:
    PriorityStrategy(uint64_t seed, uint32_t depth, uint32_t steps);
    uint32_t choose(const Choice& choice) override;

 private:
    uint32_t highest(const Choice& choice, uint32_t limit) const;

    Chance chance_;
    std::vector<uint32_t> priority_;  // of each core
    std::vector<uint32_t> changes_;   // steps
    uint32_t step_ = 0;
    uint32_t lowest_;
    uint32_t staleness_;
};

// A recorded list; zero, the tame choice, beyond its end.
class ReplayStrategy : public Strategy {
 public:
    explicit ReplayStrategy(const std::vector<uint8_t>& list) : list_(list) {}
    uint32_t choose(const Choice& choice) override;

 private:
    const std::vector<uint8_t>& list_;
    size_t next_ = 0;
};

// "12:1,40:2": what is not zero, by its place.
std::string text_of(const std::vector<uint8_t>& choices);
std::vector<uint8_t> choices_in(const std::string& text);

}  // namespace weft::sim
