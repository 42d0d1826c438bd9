// footprint.hpp - how many bytes a configuration needs, and where each part of them lies
// SPDX-License-Identifier: MIT
//
//   one worker's part of the storage, low to high:
//   | fibers | infos | small stacks ... | large stacks ... | frame memory |
//
//   one stack slot:
//   | guard page, if any | stack: grows down to here <- ... <- top | colour, on average half used |
//
// All constexpr: a board's static storage and a host's mapping come from the same sums. Sizes that
// no address can count saturate to kHuge, and a rule refuses them.
#pragma once
#include <weft/base/bits.hpp>
#include <weft/config/config.hpp>

namespace weft {

constexpr size_t kFiberLocals = 4;  // fiber-local slots, words
constexpr size_t kClosureBytes = 4 * sizeof(void*);

// fiber.hpp asserts these about its types, which this layer cannot see.
constexpr size_t kFiberBytes = size_t(align_down(
    sizeof(port::Context) + 2 * sizeof(void*) + 4 + port::kCacheLine - 1, port::kCacheLine));
constexpr size_t kFiberInfoBytes =
    size_t(align_down((7 + kFiberLocals) * sizeof(void*) + kClosureBytes + 4 +
                          sizeof(port::ToolFiber) + sizeof(void*) - 1,
                      sizeof(void*)));

struct StackLane {
    size_t offset;  // from the start of the worker's part
    size_t guard_bytes;
    size_t stack_bytes;
    size_t colour_bytes;
    size_t stride;
    uint32_t count;
};

struct Footprint {
    size_t fibers_offset;
    size_t infos_offset;
    StackLane small;
    StackLane large;
    size_t frames_offset;
    size_t frames_bytes;
    size_t bytes;      // one worker's part
    size_t alignment;  // of the whole storage
};

constexpr size_t storage_align(const Config& config) {
    return config.guard() == StackGuard::page && port::kPageBytes > port::kCacheLine
               ? port::kPageBytes
               : port::kCacheLine;
}

constexpr StackLane stack_lane(const Config& config, size_t offset, size_t stack_bytes,
                               uint32_t count) {
    const size_t guard = config.guard() == StackGuard::page ? port::kPageBytes : 0;
    const size_t colour =
        config.colour() && port::kColourLines > 1 ? port::kColourLines * port::kCacheLine : 0;
    const size_t slot = add_saturating(add_saturating(guard, stack_bytes), colour);
    const size_t stride = align_up_saturating(slot, storage_align(config));
    return {offset, guard, stack_bytes, colour, stride, count};
}

constexpr size_t lane_end(const StackLane& lane) {
    return add_saturating(lane.offset, multiply_saturating(lane.stride, lane.count));
}

constexpr Footprint footprint(const Config& config) {
    const size_t line = port::kCacheLine;
    const size_t fibers =
        add_saturating(size_t(config.small_limit()), size_t(config.large_limit()));
    Footprint at{};
    at.alignment = storage_align(config);
    at.fibers_offset = 0;
    at.infos_offset = multiply_saturating(fibers, kFiberBytes);
    const size_t infos_end =
        add_saturating(at.infos_offset, multiply_saturating(fibers, kFiberInfoBytes));
    at.small = stack_lane(config, align_up_saturating(infos_end, at.alignment),
                          config.small_stack_bytes(), config.small_limit());
    at.large =
        stack_lane(config, lane_end(at.small), config.large_stack_bytes(), config.large_limit());
    at.frames_offset = align_up_saturating(lane_end(at.large), line);
    at.frames_bytes = multiply_saturating(config.frame_bytes(), config.frames_in_flight());
    at.bytes = align_up_saturating(add_saturating(at.frames_offset, at.frames_bytes), at.alignment);
    return at;
}

constexpr size_t required_bytes(const Config& config) {
    return multiply_saturating(footprint(config).bytes, config.workers());
}

}  // namespace weft
