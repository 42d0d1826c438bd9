// only_place.hpp - placement where there is one core: nothing to choose, nothing to bind
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/system/placement.hpp>

namespace weft {

// Answers as Placement does for a machine of one CPU. A configuration's pinning and a table that
// init() is given choose nothing, and are not looked at.
class OnlyPlace {
 public:
    // core_refused: there is no second worker's core.
    Status plan(System&, const StoragePlan& plan, Bytes, const Topology* topology) {
        if (topology != nullptr) topology_ = topology;
        return plan.config.workers() == 1 ? Status::ok : Status::core_refused;
    }
    static const Seating* seating() { return nullptr; }
    const Topology& topology() const { return *topology_; }

    Placement::Seat& seat(uint32_t worker) const;  // of others: never asked for
    static uint32_t cpu_to_start(uint32_t) { return port::kAnyCpu; }
    Status take_seat(Worker& worker) {
        const Status settled = worker.settle_in();
        ready_ = settled == Status::ok;
        return settled;
    }
    void leave_seat() { ready_ = false; }

    WorkerPlace place(uint32_t) const {
        WorkerPlace place = {};
        place.ready = ready_;
        return place;
    }
    static PageCount pages(uint32_t, WorkerMemory) { return {}; }

 private:
    static constexpr Topology kNothingKnown = {};

    const Topology* topology_ = &kNothingKnown;
    bool ready_ = false;
};

using Placing = Conditional<kOneCore, OnlyPlace, Placement>::Type;

}  // namespace weft
