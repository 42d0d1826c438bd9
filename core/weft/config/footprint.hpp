// footprint.hpp - how many bytes a configuration needs, and where each part of them lies
// SPDX-License-Identifier: MIT
//
//   one worker's part of the storage, low to high:
//   | fibers | infos | small stacks ... | large stacks ... | frame memory | jobs | inbox | trace |
//   worker | |   closure pool | seat: its CPU, and whom it steals from | behind the last worker's:
//   what all share, deadlines and where workers are; behind that, for each node: injectors, memory
//   for closures; last, what traces share
//
//   one stack slot:
//   | guard page, if any | stack: grows down to here <- ... <- top | colour, on average half used |
//
// All constexpr: a board's static storage and a host's mapping come from the same sums. Sizes that
// no address can count saturate to kHuge, and a rule refuses them.
#pragma once
#include <weft/base/bits.hpp>
#include <weft/base/checked.hpp>
#include <weft/base/one_core.hpp>
#include <weft/config/config.hpp>

namespace weft {

constexpr uint32_t kMaxNodes = 64;

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
constexpr size_t kWorkerBytes = sizeof(void*) == 8 ? 2304
                                : kOneCore         ? 672 + 4 * port::kCacheLine
                                                   : 832 + 11 * port::kCacheLine;
constexpr size_t kQueuesBytes = size_t(
    align_down(3 * (kOneCore ? 7 * sizeof(void*) : 3 * port::kCacheLine + 5 * sizeof(void*)) +
                   sizeof(void*) + port::kCacheLine - 1,
               port::kCacheLine));
constexpr size_t kPoolBytes =
    kChecked ? (sizeof(void*) == 8 ? 3520 : 1920) : (sizeof(void*) == 8 ? 960 : 384);
constexpr size_t kSeatBytes = 12 * sizeof(void*);
constexpr size_t kRosterBytes = size_t(  // of 32 workers
    align_down(4 * sizeof(uint32_t) + port::kCacheLine - 1, port::kCacheLine));
constexpr size_t kJobMemoryBytes = sizeof(void*) == 8 ? 160 : 88;
constexpr size_t kChunkHeapBytes = sizeof(void*) == 8 ? 512 : 192;

// frame/frames.hpp asserts these: what a worker's frame memory holds besides chunks.
constexpr size_t kFrameHomeBytes =
    size_t(align_down((sizeof(void*) == 8 ? 576 : 240) + port::kCacheLine - 1, port::kCacheLine));
constexpr size_t kFrameRowBytes = (kChecked ? 28 : 26) * sizeof(void*);  // for each frame in flight
constexpr size_t kLeastFrameChunk = 128;
constexpr size_t kMostFrameChunk = 1024 * 1024;

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
    size_t first_frame_chunk;
    size_t largest_frame_chunk;
    size_t slots_offset;  // of the three deques: high, normal, low
    size_t inbox_offset;
    size_t trace_offset;
    size_t trace_bytes;
    size_t worker_offset;
    size_t pool_offset;
    size_t seat_offset;
    size_t bytes;          // one worker's part
    size_t shared_offset;  // from the start of the storage, behind all workers' parts
    size_t shared_bytes;
    size_t nodes_offset;  // behind that, a part for each node
    size_t node_bytes;
    size_t closures_offset;  // from the start of a node's part
    size_t closure_bytes;
    size_t traces_offset;  // behind that, what traces share
    size_t alignment;      // of the whole storage
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

// Nodes whose distances are known: no more than CPUs are asked for.
constexpr uint32_t most_nodes(const Config& config) {
    return config.cpus() < kMaxNodes ? config.cpus() : kMaxNodes;
}

// A place in the heap of deadlines for each fiber; where workers are, if they are tied to CPUs.
constexpr size_t deadline_bytes(const Config& config) {
    const size_t fibers =
        add_saturating(size_t(config.small_limit()), size_t(config.large_limit()));
    return multiply_saturating(multiply_saturating(fibers, config.workers()), sizeof(void*));
}
constexpr size_t place_bytes(const Config& config) {
    if (!config.pinned()) return 0;
    const size_t cpus = multiply_saturating(config.cpus(), sizeof(port::CpuPlace));
    const size_t most = most_nodes(config);
    const size_t nodes = multiply_saturating(most, sizeof(port::MemoryNode));
    const size_t numbers =
        add_saturating(multiply_saturating(most, most), 3 * size_t(config.workers()));
    return add_saturating(add_saturating(cpus, nodes),
                          multiply_saturating(numbers, sizeof(uint16_t)) + 2 * sizeof(uint64_t));
}

// Who sleeps, and who may have something to steal.
constexpr uint32_t roster_words(const Config& config) {
    return kOneCore ? 0 : (config.workers() + 31) / 32;
}

constexpr size_t heap_bytes(const Config& config) {
    if (config.job_memory_bytes() == 0) return 0;
    return add_saturating(kJobMemoryBytes, multiply_saturating(kChunkHeapBytes, config.nodes()));
}

// Of what all share, the scheduler's part.
constexpr size_t scheduler_bytes(const Config& config) {
    return add_saturating(
        add_saturating(kRosterBytes * roster_words(config), deadline_bytes(config)),
        heap_bytes(config));
}

// Whom it steals from: all other workers, and where groups end: one for the core, cluster and node,
// and one for each distance.
constexpr size_t seat_bytes(const Config& config) {
    if (!config.pinned()) return kSeatBytes;
    const size_t numbers = add_saturating(config.workers(), 3 + most_nodes(config));
    return add_saturating(multiply_saturating(numbers, sizeof(uint16_t)), kSeatBytes);
}

// Workers of a node, if they were spread evenly. By counting: small cores do not divide.
constexpr uint32_t workers_of_node(const Config& config) {
    uint32_t each = 0;
    for (uint32_t covered = 0; covered < config.workers() && config.nodes() != 0; each++)
        covered += config.nodes();
    return each;
}

// Three injectors, memory for closures.
constexpr size_t closure_bytes(const Config& config) {
    return multiply_saturating(config.job_memory_bytes(), workers_of_node(config));
}
constexpr size_t node_part(const Config& config) {
    const size_t injectors = multiply_saturating(3 * kInjectorCellBytes, config.injector_slots());
    return add_saturating(add_saturating(kQueuesBytes, injectors), closure_bytes(config));
}

// A power of two, the largest in these bytes.
constexpr size_t frame_chunk(size_t bytes) {
    size_t chunk = kLeastFrameChunk;
    while (chunk < kMostFrameChunk && chunk * 2 <= bytes)
        chunk *= 2;
    return chunk;
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
    at.first_frame_chunk = frame_chunk(config.frame_bytes() / 16);
    at.largest_frame_chunk = frame_chunk(config.frame_bytes() / 2);
    at.slots_offset = add_saturating(at.frames_offset, at.frames_bytes);
    const bool jobs = config.job_slots() != 0;
    const size_t inbox =
        kOneCore ? 0 : multiply_saturating(config.injector_slots(), kInjectorCellBytes);
    at.inbox_offset =
        add_saturating(at.slots_offset, multiply_saturating(deque_slots(config), kSlotBytes));
    at.trace_offset = add_saturating(at.inbox_offset, jobs ? inbox : 0);
    at.trace_bytes = jobs ? trace_ring_bytes(config.trace_events(), kTraceNames) : 0;
    at.worker_offset = add_saturating(at.trace_offset, at.trace_bytes);
    const size_t worker_end = add_saturating(at.worker_offset, jobs ? kWorkerBytes : 0);
    at.pool_offset = worker_end;
    at.seat_offset =
        add_saturating(at.pool_offset, jobs && config.job_memory_bytes() != 0 ? kPoolBytes : 0);
    at.bytes = align_up_saturating(add_saturating(at.seat_offset, jobs ? seat_bytes(config) : 0),
                                   at.alignment);
    at.shared_offset = multiply_saturating(at.bytes, config.workers());
    const size_t shared = add_saturating(scheduler_bytes(config), place_bytes(config));
    at.shared_bytes = align_up_saturating(jobs ? shared : 0, at.alignment);
    at.nodes_offset = add_saturating(at.shared_offset, at.shared_bytes);
    at.node_bytes = align_up_saturating(jobs ? node_part(config) : 0, at.alignment);
    at.closure_bytes = closure_bytes(config);
    at.closures_offset = jobs ? node_part(config) - at.closure_bytes : 0;
    at.traces_offset =
        add_saturating(at.nodes_offset, multiply_saturating(at.node_bytes, config.nodes()));
    return at;
}

// Notes, one chunk, and a byte for each.
constexpr size_t least_frame_memory(const Config& config) {
    const size_t rows = multiply_saturating(kFrameRowBytes, config.frames_in_flight());
    return add_saturating(kFrameHomeBytes + kLeastFrameChunk + 2 * port::kCacheLine, rows);
}

// What every init() works by: a configuration that keeps its rules, and where everything lies in
// memory that is large enough. By the compiler for a Storage<>, by make_plan() at run time.
struct StoragePlan {
    Config config;
    Footprint at;
};

constexpr size_t required_bytes(const Config& config) {
    const Footprint at = footprint(config);
    const size_t traces = config.job_slots() != 0 ? trace_shared_bytes(config) : 0;
    return add_saturating(at.traces_offset, align_up_saturating(traces, at.alignment));
}

}  // namespace weft
