// presets.hpp - configurations to start from; each field can be changed afterwards
// SPDX-License-Identifier: MIT
//
//                    stack, fibers   frame   pinning
//   desktop          64K   16 - 128   1M     none               512K stacks as well: the default
//   gaming          256K   64 - 512   2M     avoid_smt
//   throughput      512K   32 - 256   1M     none
//   data_processing 512K   32 - 256   1M     tiered_spillover
//   low_latency     128K    8 - 64  512K     avoid_smt
//   strict_topology 512K   16 - 128   1M     linear
//
// Fibers: made at the start - the most there may be. Frame memory is per worker and live frame.
//
// Boards, by all the memory that they have; stacks are multiples of the port's kMinStackBytes,
// which a board of that size keeps at 512 or below (presets.cpp adds up). No heap for closures on
// the smallest: they are run in place.
#pragma once
#include <weft/config/config.hpp>

namespace weft {

enum class Preset : uint32_t {
    desktop,
    tiny,  // a few small stacks, canaries, small frames
    gaming,
    throughput,
    data_processing,
    low_latency,
    strict_topology,
    kib16,  // a microcontroller with 16 KiB
    kib64,
    kib256,
};

namespace presets {

constexpr size_t kKi = 1024;
constexpr size_t kMi = 1024 * 1024;

constexpr Config host(size_t stack_kib, uint32_t initial, uint32_t limit, size_t frame_kib,
                      Pinning pinning) {
    const size_t large_kib = stack_kib < 512 ? 512 : stack_kib;
    return Config()
        .small_stack_bytes(stack_kib * kKi)
        .large_stack_bytes(large_kib * kKi)
        .large_fibers(0, large_kib == stack_kib ? 0 : 16)
        .small_fibers(initial, limit)
        .frame_bytes(frame_kib * kKi)
        .pinning(pinning);
}

constexpr Config board(uint32_t stacks, uint32_t fibers, size_t frame_bytes, uint32_t job_slots) {
    return Config()
        .small_stack_bytes(stacks * port::kMinStackBytes)
        .small_fibers(2, fibers)
        .large_stack_bytes(2 * stacks * port::kMinStackBytes)
        .large_fibers(0, 0)
        .frame_bytes(frame_bytes)
        .job_slots(job_slots)
        .injector_slots(4)
        .job_memory_bytes(0)
        .guard(StackGuard::canary)
        .paint(true)
        .colour(false)
        .trim_after_ms(0);
}

}  // namespace presets

constexpr Config Config::preset(Preset which) {
    using namespace presets;
    if (which == Preset::tiny) return board(1, 8, 2048, 16);
    if (which == Preset::gaming) return host(256, 64, 512, 2048, Pinning::avoid_smt);
    if (which == Preset::throughput) return host(512, 32, 256, 1024, Pinning::none);
    if (which == Preset::data_processing)
        return host(512, 32, 256, 1024, Pinning::tiered_spillover);
    if (which == Preset::low_latency) return host(128, 8, 64, 512, Pinning::avoid_smt);
    if (which == Preset::strict_topology) return host(512, 16, 128, 1024, Pinning::linear);
    if (which == Preset::kib16) return board(1, 6, 1536, 16).injector_slots(2);
    if (which == Preset::kib64) return board(2, 16, 8 * kKi, 64).job_memory_bytes(4 * kKi);
    if (which == Preset::kib256)
        return board(4, 32, 32 * kKi, 256)
            .large_fibers(0, 4)
            .injector_slots(16)
            .job_memory_bytes(16 * kKi);
    return Config();
}

}  // namespace weft
