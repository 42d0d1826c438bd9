// shrink.cpp - delta debugging over choices
// SPDX-License-Identifier: MIT
#include "shrink.hpp"

#include "strategies.hpp"

namespace weft::sim {
namespace {

std::string sort_of(const Outcome& outcome) {
    return outcome.what.substr(0, outcome.what.find(' '));
}

class Shrinker {
 public:
    Shrinker(Body body, const Outcome& failed, const Limits& limits, uint32_t runs)
        : body_(body), best_(failed), limits_(limits), runs_(runs) {}

    Outcome run() {
        for (size_t length = best_.choices.size(); length >= 1 && runs_ > 0; length /= 2)
            for (size_t from = 0; from < best_.choices.size() && runs_ > 0; from += length)
                (void)try_without(from, length);
        return best_;
    }

 private:
    bool try_without(size_t from, size_t length) {
        std::vector<uint8_t> list = best_.choices;
        bool changes = false;
        for (size_t i = from; i < from + length && i < list.size(); i++) {
            changes |= list[i] != 0;
            list[i] = 0;
        }
        if (!changes) return false;
        runs_--;
        ReplayStrategy replay(list);
        const Outcome outcome = engine().explore(body_, replay, limits_);
        if (outcome.ending != Ending::failed || sort_of(outcome) != sort_of(best_)) return false;
        best_ = outcome;
        return true;
    }

    const Body body_;
    Outcome best_;
    const Limits limits_;
    uint32_t runs_;
};

}  // namespace

Outcome shrink(Body body, const Outcome& failed, const Limits& limits, uint32_t most_runs) {
    return Shrinker(body, failed, limits, most_runs).run();
}

}  // namespace weft::sim
