// pinning.hpp - which CPU each worker is tied to, and which workers sit out while load is low
// SPDX-License-Identifier: MIT
//
//   strategy           workers get, in order; P: cores of a higher class come first
//   linear             CPUs as the topology lists them: threads of one core are neighbours
//   avoid_smt          P one CPU of each core
//   cluster_isolation  P one CPU of each core of the first cluster with the fastest cores
//   tiered_spillover   P tier 1: the same; tier 2: one of each core elsewhere; tier 3: the other
//                      threads
//   list               the CPUs that the configuration lists
//
// A plan is a pure function: the same machine and configuration give the same plan.
#pragma once
#include <weft/base/status.hpp>
#include <weft/config/config.hpp>
#include <weft/topology/topology.hpp>

namespace weft {

constexpr uint32_t kTiers = 3;

// Workers of tier t are [ends[t - 1], ends[t]). Without tiers all are of the first.
struct Tiers {
    uint32_t ends[kTiers];
};

struct PinningPlan {
    Span<const uint16_t> rows;  // of the topology, one for each worker
    Tiers tiers;
};

// `rows` has a place for each of the configuration's workers. too_few_cpus: the strategy finds
// fewer CPUs than there are workers, or the list is shorter; unknown_cpu: the list names a CPU that
// the topology does not have, or one twice. Nothing but `rows` has changed then.
Status plan_pinning(const Topology& topology, const Config& config, Span<uint16_t> rows,
                    PinningPlan* plan);

}  // namespace weft
