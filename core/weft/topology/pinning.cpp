// pinning.cpp - each strategy is a few passes over the topology's rows, each with its condition
// SPDX-License-Identifier: MIT
#include <weft/topology/pinning.hpp>

namespace weft {
namespace {

// Fills places until there are no more workers, or no more CPUs.
class Planner {
 public:
    Planner(const Topology& topology, Span<uint16_t> rows) : topology_(topology), rows_(rows) {}

    uint32_t placed() const { return uint32_t(placed_); }
    bool complete() const { return placed_ == rows_.size(); }
    void place(size_t row) {
        if (!complete()) rows_[placed_++] = uint16_t(row);
    }
    bool has_placed(size_t row) const {
        for (size_t i = 0; i < placed_; i++)
            if (rows_[i] == row) return true;
        return false;
    }
    // Every CPU that `wanted` likes, those of higher classes first.
    template <class Wanted>
    void place_fastest_first(const Wanted& wanted) {
        for (uint32_t left = fastest(topology_) + 1u; left-- > 0;)
            for (size_t row = 0; row < topology_.cpus.size(); row++)
                if (topology_.cpu(row).efficiency == left && wanted(topology_.cpu(row))) place(row);
    }
    static uint16_t fastest(const Topology& topology) {
        uint16_t most = 0;
        for (const CpuPlace& place : topology.cpus)
            if (place.efficiency > most) most = place.efficiency;
        return most;
    }

 private:
    const Topology& topology_;
    Span<uint16_t> rows_;
    size_t placed_ = 0;
};

uint16_t first_cluster(const Topology& topology) {
    const uint16_t fastest = Planner::fastest(topology);
    for (const CpuPlace& place : topology.cpus)
        if (place.efficiency == fastest) return place.cluster;
    return 0;
}

void plan_linear(Planner& planner, const Topology& topology) {
    for (size_t row = 0; row < topology.cpus.size(); row++)
        planner.place(row);
}

void plan_tiers(Planner& planner, const Topology& topology, uint32_t count, Tiers& tiers) {
    const uint16_t home = first_cluster(topology);
    planner.place_fastest_first(
        [home](const CpuPlace& p) { return p.smt == 0 && p.cluster == home; });
    tiers.ends[0] = planner.placed();
    if (count == 1) return;
    planner.place_fastest_first(
        [home](const CpuPlace& p) { return p.smt == 0 && p.cluster != home; });
    tiers.ends[1] = planner.placed();
    planner.place_fastest_first([](const CpuPlace& p) { return p.smt != 0; });
}

Status plan_list(Planner& planner, const Topology& topology, Span<const uint32_t> list) {
    for (const uint32_t cpu : list) {
        size_t row = 0;
        while (row < topology.cpus.size() && topology.cpu(row).cpu != cpu)
            row++;
        if (row == topology.cpus.size() || planner.has_placed(row)) return Status::unknown_cpu;
        planner.place(row);
    }
    return Status::ok;
}

}  // namespace

Status plan_pinning(const Topology& topology, const Config& config, Span<uint16_t> rows,
                    PinningPlan* plan) {
    const Pinning how = config.pinning();
    Planner planner(topology, {rows.data(), config.workers()});
    Tiers tiers = {{config.workers(), config.workers(), config.workers()}};
    Status status = Status::ok;
    if (how == Pinning::list)
        status = plan_list(planner, topology, {config.cpu_list(), config.cpu_list_length()});
    else if (how == Pinning::avoid_smt)
        planner.place_fastest_first([](const CpuPlace& p) { return p.smt == 0; });
    else if (how == Pinning::cluster_isolation)
        plan_tiers(planner, topology, 1, tiers);
    else if (how == Pinning::tiered_spillover)
        plan_tiers(planner, topology, kTiers, tiers);
    else
        plan_linear(planner, topology);
    if (status == Status::ok && !planner.complete()) status = Status::too_few_cpus;
    if (status == Status::ok) *plan = {{rows.data(), config.workers()}, tiers};
    return status;
}

}  // namespace weft
