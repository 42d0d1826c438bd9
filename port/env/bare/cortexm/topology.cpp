// topology.cpp - bare Cortex-M: equal cores beside one memory, each tied to itself
// SPDX-License-Identifier: MIT
#include "cores.hpp"

namespace weft::port {

size_t cpu_places(CpuPlace* out, size_t most) {
    for (uint32_t i = 0; i < kMaxCores && i < most; i++)
        out[i] = {i, 0, uint16_t(i), 0, 0, 0};
    return kMaxCores;
}
size_t memory_nodes(MemoryNode* out, size_t most) {
    if (most != 0) out[0] = {};
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
