// sysfs.hpp - Linux: CPUs and nodes as the kernel's files tell, without any library
// SPDX-License-Identifier: MIT
//
//   devices/system/cpu/online                       which CPUs there are
//   devices/system/cpu/cpuN/topology/core_cpus_list its core (thread_siblings_list on old kernels)
//   devices/system/cpu/cpuN/cache/indexM/...        its last-level cache, else its package
//   devices/system/cpu/cpuN/cpu_capacity            how fast it is; else devices/cpu_core, cpu_atom
//   devices/system/node/nodeN/{cpulist,meminfo,distance}
//   fs/cgroup/cpuset.cpus.effective                 what a control group leaves
//   fs/cgroup/.../cpu.max                           how much time it grants (core_quota.cpp)
//   kernel/mm/transparent_hugepage/hpage_pmd_size
//
// Files that are missing are no error: such CPUs have a core of their own, one node, one cluster.
#pragma once
#include <port.hpp>

#include "cpu_bits.hpp"

namespace weft::port {

// Where files come from: the kernel's, a copy of them below another root, a test's table.
struct Files {
    // Puts the text of <root>/<path> into `out` and ends it with a zero; false: there is none.
    bool (*read)(const void* self, const char* path, char* out, size_t room);
    const void* self;
};

// Of a folder; "/sys" is the machine itself.
Files files_below(const char* const& root);

// As cpu_places(), memory_nodes() and node_distances() of port.hpp. `allowed` may be null: then all
// that are online and in the root's control group.
size_t sysfs_cpu_places(const Files& files, const CpuBits* allowed, CpuPlace* out, size_t most);
size_t sysfs_memory_nodes(const Files& files, MemoryNode* out, size_t most);
size_t sysfs_node_distances(const Files& files, uint16_t node, uint16_t* out, size_t most);
// Cores' worth of time that control groups grant this process, rounded up; zero: no limit.
uint32_t sysfs_core_quota(const Files& files);

}  // namespace weft::port
