// hwloc_topology.cpp - Linux: a walk over hwloc's objects; without hwloc, a refusal
// SPDX-License-Identifier: MIT
#include "hwloc_topology.hpp"

#ifndef WEFT_HWLOC
#define WEFT_HWLOC 0
#endif

#if WEFT_HWLOC
#include <hwloc.h>

#include "cores.hpp"
#endif

namespace weft::port {

#if WEFT_HWLOC
namespace {

class Loaded {
 public:
    Loaded(HwlocSource source, const char* text) : machine_(source == HwlocSource::machine) {
        if (hwloc_topology_init(&topology_) != 0) return;
        made_ = true;
        bool set = true;
        if (source == HwlocSource::synthetic)
            set = hwloc_topology_set_synthetic(topology_, text) == 0;
        if (source == HwlocSource::xml) set = hwloc_topology_set_xml(topology_, text) == 0;
        ok_ = set && hwloc_topology_load(topology_) == 0;
    }
    ~Loaded() {
        if (made_) hwloc_topology_destroy(topology_);
    }
    Loaded(const Loaded&) = delete;
    Loaded& operator=(const Loaded&) = delete;

    bool ok() const { return ok_; }
    size_t read_cpus(CpuPlace* out, size_t most) const;
    size_t read_nodes(MemoryNode* out, size_t most) const;
    size_t read_distances(const MemoryNode* nodes, size_t count, uint16_t* out) const;

 private:
    CpuPlace place_of(hwloc_obj_t pu) const;

    hwloc_topology_t topology_;
    bool machine_;
    bool made_ = false;
    bool ok_ = false;
};

uint16_t first_cpu(hwloc_obj_t group) {
    return uint16_t(hwloc_bitmap_first(group->cpuset));
}

// As sysfs is read: the last cache above level 1, else the package.
hwloc_obj_t cluster_of(hwloc_topology_t topology, hwloc_obj_t pu) {
    const hwloc_obj_type_t around[] = {HWLOC_OBJ_L5CACHE, HWLOC_OBJ_L4CACHE, HWLOC_OBJ_L3CACHE,
                                       HWLOC_OBJ_L2CACHE, HWLOC_OBJ_PACKAGE};
    for (const hwloc_obj_type_t type : around)
        if (hwloc_obj_t found = hwloc_get_ancestor_obj_by_type(topology, type, pu)) return found;
    return nullptr;
}

CpuPlace Loaded::place_of(hwloc_obj_t pu) const {
    CpuPlace place = {};
    place.cpu = pu->os_index;
    const hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(topology_, HWLOC_OBJ_CORE, pu);
    place.core = core != nullptr ? first_cpu(core) : uint16_t(pu->os_index);
    place.smt = uint16_t(core != nullptr ? pu->sibling_rank : 0);
    const hwloc_obj_t cluster = cluster_of(topology_, pu);
    place.cluster = cluster != nullptr ? first_cpu(cluster) : 0;
    const int node = hwloc_bitmap_first(pu->nodeset);
    place.node = uint16_t(node < 0 ? 0 : node);
    const int kind = hwloc_cpukinds_get_by_cpuset(topology_, pu->cpuset, 0);
    place.efficiency = uint16_t(kind < 0 ? 0 : kind);
    return place;
}

size_t Loaded::read_cpus(CpuPlace* out, size_t most) const {
    size_t count = 0;
    for (hwloc_obj_t pu = nullptr;
         (pu = hwloc_get_next_obj_by_type(topology_, HWLOC_OBJ_PU, pu)) != nullptr;) {
        if (machine_ && !allowed_cpus().empty() && !allowed_cpus().has(pu->os_index)) continue;
        if (count < most) out[count] = place_of(pu);
        count++;
    }
    return count;
}

size_t Loaded::read_nodes(MemoryNode* out, size_t most) const {
    size_t count = 0;
    for (hwloc_obj_t node = nullptr;
         (node = hwloc_get_next_obj_by_type(topology_, HWLOC_OBJ_NUMANODE, node)) != nullptr;
         count++) {
        if (count >= most) continue;
        const auto& memory = node->attr->numanode;
        MemoryNode row = {memory.local_memory, 0, 0, uint16_t(node->os_index)};
        if (memory.page_types_len > 0) row.page_bytes = uint32_t(memory.page_types[0].size);
        if (memory.page_types_len > 1) row.large_page_bytes = uint32_t(memory.page_types[1].size);
        size_t at = count;
        for (; at > 0 && out[at - 1].number > row.number; at--)
            out[at] = out[at - 1];
        out[at] = row;
    }
    return count;
}

size_t Loaded::read_distances(const MemoryNode* nodes, size_t count, uint16_t* out) const {
    hwloc_distances_s* found = nullptr;
    unsigned length = 1;
    const unsigned long latency = HWLOC_DISTANCES_KIND_MEANS_LATENCY;
    if (hwloc_distances_get_by_type(topology_, HWLOC_OBJ_NUMANODE, &length, &found, latency, 0) !=
            0 ||
        length == 0)
        return 0;
    size_t written = 0;
    for (size_t a = 0; a < count; a++)
        for (size_t b = 0; b < count; b++)
            for (unsigned i = 0; i < found->nbobjs; i++)
                for (unsigned k = 0; k < found->nbobjs; k++)
                    if (found->objs[i]->os_index == nodes[a].number &&
                        found->objs[k]->os_index == nodes[b].number)
                        out[written++] = uint16_t(found->values[i * found->nbobjs + k]);
    hwloc_distances_release(topology_, found);
    return written == count * count ? written : 0;
}

}  // namespace

bool read_hwloc(HwlocSource source, const char* text, const HwlocRoom& room, HwlocCounts* counts) {
    const Loaded loaded(source, text);
    if (!loaded.ok()) return false;
    counts->cpus = loaded.read_cpus(room.cpus, room.most_cpus);
    counts->nodes = loaded.read_nodes(room.nodes, room.most_nodes);
    counts->complete = counts->cpus <= room.most_cpus && counts->nodes <= room.most_nodes;
    counts->distances =
        counts->complete ? loaded.read_distances(room.nodes, counts->nodes, room.distances) : 0;
    return true;
}
#else
bool read_hwloc(HwlocSource, const char*, const HwlocRoom&, HwlocCounts*) {
    return false;
}
#endif

}  // namespace weft::port
