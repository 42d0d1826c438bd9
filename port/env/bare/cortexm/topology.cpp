// topology.cpp - bare Cortex-M: the board's table, each core tied to itself
// SPDX-License-Identifier: MIT
//
// Without a table in the include path (boards/README.md has its form) cores are equal.
#include "cores.hpp"
#if __has_include(<topology.hpp>)
#include <topology.hpp>
#define WEFT_TABLE 1
#endif

namespace weft::port {
namespace {

#ifdef WEFT_TABLE
static_assert(board::kTopology.cpus.size() == kMaxCores, "topology.hpp: a row for each core");
static_assert(board::kTopology.nodes.size() == 1,
              "topology.hpp: nodes that this port can tell apart");
static_assert(board::kNodes[0].bytes == WEFT_RAM_BYTES, "topology.hpp: not the RAM of memory.h");

constexpr CpuPlace place_of(uint32_t core) {
    return board::kCpus[core];
}
constexpr MemoryNode kMemory = board::kNodes[0];
#else
constexpr CpuPlace place_of(uint32_t core) {
    return {core, 0, uint16_t(core), 0, 0, 0};
}
constexpr MemoryNode kMemory = {};
#endif

}  // namespace

size_t cpu_places(CpuPlace* out, size_t most) {
    for (uint32_t i = 0; i < kMaxCores && i < most; i++)
        out[i] = place_of(i);
    return kMaxCores;
}
size_t memory_nodes(MemoryNode* out, size_t most) {
    if (most != 0) out[0] = kMemory;
    return 1;
}
size_t node_distances(uint16_t, uint16_t*, size_t) {
    return 0;
}
bool pin_self_to_cpu(uint32_t cpu) {
    return cpu == kAnyCpu || cpu == core_here();
}
uint32_t pinned_cpu() {
    return core_here();
}
uint16_t current_node() {
    return 0;
}
bool bind_memory(void*, size_t, uint16_t) {
    return false;
}
int32_t page_node(const void*) {
    return kPageUnknown;
}
void* reserve_large(size_t) {
    return nullptr;
}
bool advise_large(void*, size_t) {
    return false;
}

}  // namespace weft::port
