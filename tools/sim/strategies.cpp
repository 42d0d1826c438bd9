// strategies.cpp - chance, priorities, lists
// SPDX-License-Identifier: MIT
#include "strategies.hpp"

#include <stdlib.h>

namespace weft::sim {

uint32_t draw(Chance& chance, const Choice& choice, uint32_t staleness) {
    switch (choice.kind) {
        case ChoiceKind::value:
            return chance.one_in(staleness) ? chance.below(choice.options) : 0;
        case ChoiceKind::spurious:
            return chance.one_in(16) ? 1 : 0;
        case ChoiceKind::interrupt:
            return chance.one_in(24) ? 1 : 0;
        default:
            return chance.below(choice.options);
    }
}

// ---- chance ----

RandomStrategy::RandomStrategy(uint64_t seed)
    : chance_(seed), switch_in_(2u << chance_.below(5)), staleness_(1 + chance_.below(4)) {}

uint32_t RandomStrategy::choose(const Choice& choice) {
    return choice.kind == ChoiceKind::core ? draw_core(choice) : draw(chance_, choice, staleness_);
}

// Deadlines come early only now and then, since whoever waits for one may do so in a loop.
uint32_t RandomStrategy::draw_core(const Choice& choice) {
    if (paused_for_ > 0) paused_for_--;
    const bool paused = choice.first_runs && paused_for_ > 0 && choice.cores[0] == paused_;
    if (choice.first_runs && !paused && !chance_.one_in(switch_in_)) return 0;
    if (choice.first_runs && paused_for_ == 0 && chance_.one_in(16)) {
        paused_ = choice.cores[0];
        paused_for_ = 8u << chance_.below(8);
    }
    const bool fires =
        choice.fires_from == 0 || (choice.fires_from < choice.options && chance_.one_in(8));
    const uint32_t from = fires ? choice.fires_from : 0;
    const uint32_t count = fires ? choice.options - from : choice.fires_from;
    uint32_t chosen = from + chance_.below(count);
    if (!fires && paused_for_ > 0 && choice.cores[chosen] == paused_) chosen = (chosen + 1) % count;
    return chosen;
}

// ---- priorities ----

PriorityStrategy::PriorityStrategy(uint64_t seed, uint32_t depth, uint32_t steps)
    : chance_(seed), lowest_(1000), staleness_(1 + chance_.below(4)) {
    for (uint32_t i = 0; i < 1024; i++)
        priority_.push_back(2000 + chance_.below(1u << 20));
    for (uint32_t i = 1; i < depth; i++)
        changes_.push_back(chance_.below(steps < 1 ? 1 : steps));
}

uint32_t PriorityStrategy::highest(const Choice& choice, uint32_t limit) const {
    uint32_t best = 0;
    for (uint32_t i = 1; i < limit; i++)
        if (priority_[choice.cores[i]] > priority_[choice.cores[best]]) best = i;
    return best;
}

uint32_t PriorityStrategy::choose(const Choice& choice) {
    if (choice.kind != ChoiceKind::core) return draw(chance_, choice, staleness_);
    step_++;
    for (const uint32_t change : changes_)
        if (change == step_ && choice.first_runs) priority_[choice.cores[0]] = lowest_--;
    if (choice.fires_from == 0) return chance_.below(choice.options);
    if (choice.fires_from < choice.options && chance_.one_in(64))
        return choice.fires_from + chance_.below(choice.options - choice.fires_from);
    return highest(choice, choice.fires_from);
}

// ---- lists ----

uint32_t ReplayStrategy::choose(const Choice& choice) {
    const uint32_t listed = next_ < list_.size() ? list_[next_] : 0;
    next_++;
    return listed < choice.options ? listed : 0;
}

std::string text_of(const std::vector<uint8_t>& choices) {
    std::string text;
    for (size_t i = 0; i < choices.size(); i++) {
        if (choices[i] == 0) continue;
        if (!text.empty()) text += ',';
        text += std::to_string(i) + ":" + std::to_string(choices[i]);
    }
    return text.empty() ? "none" : text;
}

std::vector<uint8_t> choices_in(const std::string& text) {
    std::vector<uint8_t> choices;
    const char* at = text.c_str();
    while (*at >= '0' && *at <= '9') {
        char* end;
        const size_t place = strtoul(at, &end, 10);
        if (*end != ':' || place > 10000000) break;
        if (place >= choices.size()) choices.resize(place + 1);
        choices[place] = uint8_t(strtoul(end + 1, &end, 10));
        at = *end == ',' ? end + 1 : end;
    }
    return choices;
}

}  // namespace weft::sim
