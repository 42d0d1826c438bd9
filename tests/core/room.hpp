// room.hpp - configurations of the size that the machine under test has room for
// SPDX-License-Identifier: MIT
//
// Hosts take them as they are. Boards keep what a test is about (how many fibers start, how many
// workers, guards, paint) and get smaller stacks, queues and limits, by how much RAM they have.
#pragma once
#include <unit/unit.hpp>
#include <weft/config/config.hpp>

namespace room {

constexpr bool kHost = unit::kRamBytes > 32 * 1024 * 1024;
constexpr bool kMegabytes = unit::kRamBytes >= 1024 * 1024;
constexpr bool kKilobytes = unit::kRamBytes >= 64 * 1024;

constexpr uint32_t at_most(uint32_t wanted, uint32_t most) {
    return wanted < most ? wanted : most;
}
constexpr uint32_t at_least(uint32_t limit, uint32_t initial) {
    return limit < initial ? initial : limit;
}

constexpr weft::Config sized(const weft::Config& c, size_t stack, size_t job_memory) {
    return c.small_stack_bytes(stack).large_stack_bytes(2 * stack).job_memory_bytes(job_memory);
}

// `fibers`: a class's most, unless a test starts with more.
constexpr weft::Config few(const weft::Config& c, uint32_t fibers, uint32_t slots) {
    return c
        .small_fibers(c.small_initial(),
                      at_least(at_most(c.small_limit(), fibers), c.small_initial()))
        .large_fibers(c.large_initial(), at_least(at_most(c.large_limit(), 1), c.large_initial()))
        .job_slots(at_most(c.job_slots(), slots))
        .injector_slots(at_most(c.injector_slots(), slots / 4));
}

constexpr weft::Config fitted(const weft::Config& c) {
    if (kHost) return c;
    if (kMegabytes)
        return sized(c, 16 * 1024, 64 * 1024)
            .large_fibers(c.large_initial(), at_most(c.large_limit(), 2));
    if (kKilobytes) return sized(few(c, 12, 128), 1024, 8 * 1024).frame_bytes(4096);
    return sized(few(c, 4, 32), weft::port::kMinStackBytes, 0).frame_bytes(512);
}

}  // namespace room
