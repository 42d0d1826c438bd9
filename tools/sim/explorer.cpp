// explorer.cpp - the path, and what has been seen
// SPDX-License-Identifier: MIT
#include "explorer.hpp"

namespace weft::sim {
namespace {

void take(uint8_t& budget) {
    if (budget != Explorer::kUnbounded) budget--;
}

uint8_t* budget_of(Bounds& bounds, ChoiceKind kind) {
    switch (kind) {
        case ChoiceKind::core:
            return &bounds.preemptions;
        case ChoiceKind::value:
            return &bounds.stale;
        case ChoiceKind::spurious:
            return &bounds.spurious;
        default:
            return nullptr;
    }
}

}  // namespace

// Options that cost nothing: those below `free` when the running core cannot go on.
bool Explorer::allowed(const Step& step, uint32_t option) const {
    if (option < step.free) return true;
    Bounds left = step.left;
    const uint8_t* const budget = budget_of(left, step.kind);
    return budget == nullptr || *budget != 0;
}

Bounds Explorer::left_after(const Step& step) const {
    Bounds left = step.left;
    uint8_t* const budget = budget_of(left, step.kind);
    if (step.chosen >= step.free && budget != nullptr) take(*budget);
    return left;
}

// With fewer preemptions left, who runs matters too.
bool Explorer::visited(const Choice& choice, const Bounds& left) {
    uint64_t key = choice.state;
    if (bounds_.preemptions != kUnbounded)
        key = (key ^ (choice.cores[0] + 1u + choice.first_runs * 64u)) * 0x9e3779b97f4a7c15u;
    const auto [found, fresh] = visited_.try_emplace(key, left);
    if (fresh) return false;
    Bounds& earlier = found->second;
    if (earlier.preemptions >= left.preemptions && earlier.stale >= left.stale &&
        earlier.spurious >= left.spurious)
        return true;
    earlier = left;
    return false;
}

uint32_t Explorer::choose(const Choice& choice) {
    if (depth_ < path_.size()) return path_[depth_++].chosen;
    const Bounds left = path_.empty() ? bounds_ : left_after(path_.back());
    if (choice.kind == ChoiceKind::core && visited(choice, left)) return kAbandon;
    uint32_t free = 1;
    if (choice.kind == ChoiceKind::core && !choice.first_runs)
        free = choice.fires_from != 0 ? choice.fires_from : choice.options;
    path_.push_back({choice.kind, choice.options, 0, free, choice.fires_from, left});
    depth_++;
    return 0;
}

bool Explorer::next_run() {
    depth_ = 0;
    while (!path_.empty()) {
        Step& last = path_.back();
        while (++last.chosen < last.options)
            if (allowed(last, last.chosen)) return true;
        path_.pop_back();
    }
    return false;
}

}  // namespace weft::sim
