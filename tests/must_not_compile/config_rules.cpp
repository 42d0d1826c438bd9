// config_rules.cpp - for each rule of config/rules.hpp a configuration that breaks it, and nothing
// else SPDX-License-Identifier: MIT
//
// tools/check/must_not_compile.py compiles this once per case with -DCASE_<rule>, with the template
// port (no pages), and expects the compiler to say what stands behind "says:". Without a case it
// must compile. A rule without a case fails the check.
#include <weft/weft.hpp>

using namespace weft;

constexpr Config kGood = Config::preset(Preset::tiny);
constexpr size_t kUnit = port::kStackAlign;
constexpr size_t kLine = port::kCacheLine;

#if defined(CASE_workers_at_least_one)
// says: workers: at least one, or nothing runs
constexpr Config kConfig = kGood.workers(0);
#elif defined(CASE_workers_at_most)
// says: workers: more than kMaxWorkers
constexpr Config kConfig = kGood.workers(kMaxWorkers + 1);
#elif defined(CASE_fibers_at_least_one)
// says: small_fibers, large_fibers: both limits are zero, so nothing could ever run
constexpr Config kConfig = kGood.small_fibers(0, 0).large_fibers(0, 0);
#elif defined(CASE_fibers_at_most)
// says: small_fibers, large_fibers: a limit above kMaxFibers
constexpr Config kConfig = kGood.large_fibers(0, kMaxFibers + 1);
#elif defined(CASE_small_initial_within_limit)
// says: small_fibers: more at the start than the limit allows
constexpr Config kConfig = kGood.small_fibers(9, 8);
#elif defined(CASE_large_initial_within_limit)
// says: large_fibers: more at the start than the limit allows
constexpr Config kConfig = kGood.large_fibers(2, 1);
#elif defined(CASE_small_stack_not_too_short)
// says: small_stack_bytes: below kMinStackBytes, an interrupt or the core's own calls overflow it
constexpr Config kConfig = kGood.small_stack_bytes(port::kMinStackBytes - kUnit);
#elif defined(CASE_large_stack_not_below_small)
// says: large_stack_bytes: smaller than small_stack_bytes
constexpr Config kConfig = kGood.large_stack_bytes(port::kMinStackBytes - kUnit);
#elif defined(CASE_small_stack_whole_units)
// says: small_stack_bytes: whole pages with a page guard, whole kStackAlign without
constexpr Config kConfig = kGood.small_stack_bytes(port::kMinStackBytes + kUnit / 2);
#elif defined(CASE_large_stack_whole_units)
// says: large_stack_bytes: whole pages with a page guard, whole kStackAlign without
constexpr Config kConfig = kGood.large_stack_bytes(2 * port::kMinStackBytes + kUnit / 2);
#elif defined(CASE_frame_whole_lines)
// says: frame_bytes: whole cache lines, or two cores share one
constexpr Config kConfig = kGood.frame_bytes(kLine + kLine / 2);
#elif defined(CASE_frames_in_range)
// says: frames_in_flight: 2 to kMaxFrames, so that one frame can be filled while the last one
// drains
constexpr Config kConfig = kGood.frames_in_flight(1);
#elif defined(CASE_frame_has_room)
// says: frame_bytes: too little for the notes of the frames in flight and one chunk
constexpr Config kConfig = kGood.frame_bytes(kLine);
#elif defined(CASE_job_slots_in_range)
// says: job_slots: a power of two from 16 to 32768, or zero for no scheduler
constexpr Config kConfig = kGood.job_slots(24);
#elif defined(CASE_injector_slots_in_range)
// says: injector_slots: a power of two from 2 to 65536
constexpr Config kConfig = kGood.injector_slots(1);
#elif defined(CASE_job_memory_in_range)
// says: job_memory_bytes: whole multiples of kMinJobMemory, or zero for none
constexpr Config kConfig = kGood.job_memory_bytes(100);
#elif defined(CASE_trace_events_in_range)
// says: trace_events: a power of two from 16 to 2^24, or zero for no trace
constexpr Config kConfig = kGood.trace_events(100);
#elif defined(CASE_pinning_is_a_strategy)
// says: pinning: not one of Pinning
constexpr Config kConfig = kGood.pinning(Pinning(9));
#elif defined(CASE_list_is_long_enough)
// says: pin_to: a CPU for each worker
constexpr uint32_t kShort[] = {0, 1};
constexpr Config kConfig = kGood.workers(3).pin_to(kShort);
#elif defined(CASE_cpus_in_range)
// says: cpus: from 1 to kMaxCpus
constexpr Config kConfig = kGood.cpus(0);
#elif defined(CASE_nodes_in_range)
// says: nodes: from 1 to kMaxNodes
constexpr Config kConfig = kGood.nodes(kMaxNodes + 1);
#elif defined(CASE_guard_is_a_guard)
// says: guard: not one of StackGuard
constexpr Config kConfig = kGood.guard(StackGuard(7));
#elif defined(CASE_guard_page_needs_pages)
// says: guard: this target has no pages to protect; use StackGuard::canary
constexpr Config kConfig = kGood.guard(StackGuard::page);
#elif defined(CASE_total_fits_an_address)
// says: the total is more than half of the address space: some size or limit is absurd
constexpr Config kConfig = kGood.frame_bytes((~size_t(0) >> 2) & ~(kLine - 1)).workers(4);
#else
constexpr Config kConfig = kGood;
#endif

Storage<kConfig> storage;
