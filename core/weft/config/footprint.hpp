// footprint.hpp - how many bytes a configuration needs, and where each part of them lies
// SPDX-License-Identifier: MIT
//
//   one worker's part of the storage, low to high:
//   | fibers | infos | small stacks ... | large stacks ... | frame memory | jobs | inbox |
//   trace | worker |
//   and behind the last worker's: what all share, injectors, deadlines, names
//   in traces, memory for closures
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
    sizeof(port::Context) + 3 * sizeof(void*) + 8 + port::kCacheLine - 1, port::kCacheLine));
constexpr size_t kFiberInfoBytes =
    size_t(align_down((7 + kFiberLocals) * sizeof(void*) + kClosureBytes + 4 +
                          sizeof(port::ToolFiber) + sizeof(void*) - 1,
                      sizeof(void*)));

// scheduler.hpp and job.hpp assert these about theirs.
constexpr size_t kSlotBytes = sizeof(void*) == 8 ? 64 : 32;
constexpr size_t kInjectorCellBytes =
    size_t(align_down(kSlotBytes + sizeof(void*) + port::kCacheLine - 1, port::kCacheLine));
constexpr size_t kWorkerBytes = sizeof(void*) == 8 ? 2304 : 1280;

// trace/ring.hpp and trace/names.hpp assert these about theirs.
constexpr size_t kTraceHeadBytes = 128;
constexpr size_t kTraceEventBytes = 16;
constexpr size_t kTraceTagBytes = 4 * sizeof(void*);
constexpr uint32_t kTraceNames = 64;
constexpr size_t kTraceNamesBytes =
    size_t(align_down(16 + kTraceNames * sizeof(void*) + port::kCacheLine - 1, port::kCacheLine));
constexpr uint32_t kTraceFrameEvents = 1024;  // at most

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
    size_t slots_offset;  // of the three deques: high, normal, low
    size_t inbox_offset;
    size_t trace_offset;
    size_t trace_bytes;
    size_t worker_offset;
    size_t bytes;          // one worker's part
    size_t shared_offset;  // from the start of the storage, behind all workers' parts
    size_t shared_bytes;
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

// Deques of high and low priority are a quarter as long as that of normal.
constexpr uint32_t side_slots(const Config& config) {
    return config.job_slots() / 4;
}
constexpr size_t deque_slots(const Config& config) {
    return size_t(config.job_slots()) + 2 * size_t(side_slots(config));
}

constexpr size_t trace_ring_bytes(uint32_t events, uint32_t tags) {
    if (events == 0) return 0;
    const size_t written = add_saturating(multiply_saturating(events, kTraceEventBytes),
                                          multiply_saturating(tags, kTraceTagBytes));
    return align_up_saturating(add_saturating(kTraceHeadBytes, written), port::kCacheLine);
}

// Of frames, which are begun and ended by one thread, be it a worker's or not.
constexpr uint32_t trace_frame_events(const Config& config) {
    return config.trace_events() < kTraceFrameEvents ? config.trace_events() : kTraceFrameEvents;
}
constexpr size_t trace_shared_bytes(const Config& config) {
    if (config.trace_events() == 0) return 0;
    return kTraceNamesBytes + trace_ring_bytes(trace_frame_events(config), 0);
}

// Three injectors, a place in the heap of deadlines for each fiber, what traces share, memory for
// closures.
constexpr size_t shared_part(const Config& config, size_t fibers) {
    if (config.job_slots() == 0) return 0;
    const size_t injectors = multiply_saturating(3 * kInjectorCellBytes, config.injector_slots());
    const size_t deadlines =
        multiply_saturating(multiply_saturating(fibers, config.workers()), sizeof(void*));
    const size_t closures = multiply_saturating(config.job_memory_bytes(), config.workers());
    const size_t before =
        align_up_saturating(add_saturating(injectors, deadlines), port::kCacheLine);
    return add_saturating(add_saturating(before, trace_shared_bytes(config)), closures);
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
    at.slots_offset = add_saturating(at.frames_offset, at.frames_bytes);
    const bool jobs = config.job_slots() != 0;
    const size_t inbox = multiply_saturating(config.injector_slots(), kInjectorCellBytes);
    at.inbox_offset =
        add_saturating(at.slots_offset, multiply_saturating(deque_slots(config), kSlotBytes));
    at.trace_offset = add_saturating(at.inbox_offset, jobs ? inbox : 0);
    at.trace_bytes = jobs ? trace_ring_bytes(config.trace_events(), kTraceNames) : 0;
    at.worker_offset = add_saturating(at.trace_offset, at.trace_bytes);
    at.bytes = align_up_saturating(add_saturating(at.worker_offset, jobs ? kWorkerBytes : 0),
                                   at.alignment);
    at.shared_offset = multiply_saturating(at.bytes, config.workers());
    at.shared_bytes = align_up_saturating(shared_part(config, fibers), at.alignment);
    return at;
}

constexpr size_t required_bytes(const Config& config) {
    const Footprint at = footprint(config);
    return add_saturating(at.shared_offset, at.shared_bytes);
}

}  // namespace weft
