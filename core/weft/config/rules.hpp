// rules.hpp - what a configuration must keep: one rule, one message, checked in two places
// SPDX-License-Identifier: MIT
//
// Storage<> (storage.hpp) turns each rule into a static_assert; first_broken_rule() checks the same
// list at run time, for configurations that are computed. To add a rule, add a line here and a case
// to tests/must_not_compile.
#pragma once
#include <weft/base/one_core.hpp>
#include <weft/config/footprint.hpp>

namespace weft {

// A bit for each worker stands in the scheduler: no small machine has more than a word of them.
constexpr uint32_t kMaxWorkers = sizeof(void*) == 8 ? 4096 : 32;
constexpr uint32_t kMaxFibers = 1u << 20;
constexpr uint32_t kMinFrames = 2;
constexpr size_t kMinJobMemory = 4096;
constexpr uint32_t kMaxFrames = kOneCore ? 4 : 16;
constexpr uint32_t kMaxTraceEvents = 1u << 24;
constexpr uint32_t kMaxCpus = 65535;

// Stacks are whole guard granules when a page guards them, and whole alignments otherwise.
constexpr size_t stack_unit(const Config& config) {
    return config.guard() == StackGuard::page ? port::kPageBytes : port::kStackAlign;
}

// X(name, condition that must hold for `c`, message)
#define WEFT_CONFIG_RULES(X)                                                                       \
    X(workers_at_least_one, c.workers() >= 1, "workers: at least one, or nothing runs")            \
    X(workers_at_most, c.workers() <= kMaxWorkers, "workers: more than kMaxWorkers")               \
    X(fibers_at_least_one, c.small_limit() >= 1 || c.large_limit() >= 1,                           \
      "small_fibers, large_fibers: both limits are zero, so nothing could ever run")               \
    X(fibers_at_most, c.small_limit() <= kMaxFibers && c.large_limit() <= kMaxFibers,              \
      "small_fibers, large_fibers: a limit above kMaxFibers")                                      \
    X(small_initial_within_limit, c.small_initial() <= c.small_limit(),                            \
      "small_fibers: more at the start than the limit allows")                                     \
    X(large_initial_within_limit, c.large_initial() <= c.large_limit(),                            \
      "large_fibers: more at the start than the limit allows")                                     \
    X(small_stack_not_too_short, c.small_stack_bytes() >= port::kMinStackBytes,                    \
      "small_stack_bytes: below kMinStackBytes, an interrupt or the core's own calls overflow it") \
    X(large_stack_not_below_small, c.large_stack_bytes() >= c.small_stack_bytes(),                 \
      "large_stack_bytes: smaller than small_stack_bytes")                                         \
    X(small_stack_whole_units, is_aligned(c.small_stack_bytes(), stack_unit(c)),                   \
      "small_stack_bytes: whole pages with a page guard, whole kStackAlign without")               \
    X(large_stack_whole_units, is_aligned(c.large_stack_bytes(), stack_unit(c)),                   \
      "large_stack_bytes: whole pages with a page guard, whole kStackAlign without")               \
    X(frame_whole_lines, is_aligned(c.frame_bytes(), port::kCacheLine),                            \
      "frame_bytes: whole cache lines, or two cores share one")                                    \
    X(frames_in_range, c.frames_in_flight() >= kMinFrames && c.frames_in_flight() <= kMaxFrames,   \
      "frames_in_flight: 2 to kMaxFrames, so that one frame can be filled while the last one "     \
      "drains")                                                                                    \
    X(frame_has_room,                                                                              \
      c.job_slots() == 0 ||                                                                        \
          multiply_saturating(c.frame_bytes(), c.frames_in_flight()) >= least_frame_memory(c),     \
      "frame_bytes: too little for the notes of the frames in flight and one chunk")               \
    X(job_slots_in_range,                                                                          \
      c.job_slots() == 0 ||                                                                        \
          (is_power_of_two(c.job_slots()) && c.job_slots() >= 16 && c.job_slots() <= 32768),       \
      "job_slots: a power of two from 16 to 32768, or zero for no scheduler")                      \
    X(injector_slots_in_range,                                                                     \
      is_power_of_two(c.injector_slots()) && c.injector_slots() >= 2 &&                            \
          c.injector_slots() <= 65536,                                                             \
      "injector_slots: a power of two from 2 to 65536")                                            \
    X(job_memory_in_range,                                                                         \
      c.job_memory_bytes() == 0 || (c.job_memory_bytes() >= kMinJobMemory &&                       \
                                    is_aligned(c.job_memory_bytes(), kMinJobMemory)),              \
      "job_memory_bytes: whole multiples of kMinJobMemory, or zero for none")                      \
    X(trace_events_in_range,                                                                       \
      c.trace_events() == 0 || (is_power_of_two(c.trace_events()) && c.trace_events() >= 16 &&     \
                                c.trace_events() <= kMaxTraceEvents),                              \
      "trace_events: a power of two from 16 to 2^24, or zero for no trace")                        \
    X(pinning_is_a_strategy, c.pinning() <= Pinning::list, "pinning: not one of Pinning")          \
    X(list_is_long_enough, c.pinning() != Pinning::list || c.cpu_list_length() >= c.workers(),     \
      "pin_to: a CPU for each worker")                                                             \
    X(cpus_in_range, c.cpus() >= 1 && c.cpus() <= kMaxCpus, "cpus: from 1 to kMaxCpus")            \
    X(nodes_in_range, c.nodes() >= 1 && c.nodes() <= kMaxNodes, "nodes: from 1 to kMaxNodes")      \
    X(guard_is_a_guard, c.guard() <= StackGuard::page, "guard: not one of StackGuard")             \
    X(guard_page_needs_pages, c.guard() != StackGuard::page || port::kPageBytes > 1,               \
      "guard: this target has no pages to protect; use StackGuard::canary")                        \
    X(total_fits_an_address, required_bytes(c) <= kHuge / 2,                                       \
      "the total is more than half of the address space: some size or limit is absurd")

enum class ConfigRule : uint8_t {
#define WEFT_RULE_NAME(name, condition, text) name,
    WEFT_CONFIG_RULES(WEFT_RULE_NAME)
#undef WEFT_RULE_NAME
        none,
};

// Comparisons rather than a switch: its table would be a library call on Cortex-M0.
constexpr bool holds(const Config& c, ConfigRule rule) {
#define WEFT_RULE_CASE(name, condition, text) \
    if (rule == ConfigRule::name) return condition;
    WEFT_CONFIG_RULES(WEFT_RULE_CASE)
#undef WEFT_RULE_CASE
    return rule == ConfigRule::none;
}

// none when every rule holds.
constexpr ConfigRule first_broken_rule(const Config& config) {
    for (uint8_t i = 0; i < uint8_t(ConfigRule::none); i++)
        if (!holds(config, ConfigRule(i))) return ConfigRule(i);
    return ConfigRule::none;
}

const char* rule_text(ConfigRule rule);

}  // namespace weft
