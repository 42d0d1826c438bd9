// sysfs.cpp - Linux: reads one file for each group of CPUs rather than one for each CPU
// SPDX-License-Identifier: MIT
#include "sysfs.hpp"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

namespace weft::port {
namespace {

constexpr size_t kTextBytes = 8192;
constexpr uint32_t kMostNodeNumbers = 1024;

struct Text {
    char chars[kTextBytes];  // as read(), ended by a zero
};

__attribute__((format(printf, 3, 4))) bool read(const Files& files, Text& text, const char* format,
                                                ...) {
    char path[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(path, sizeof path, format, arguments);
    va_end(arguments);
    return files.read(files.self, path, text.chars, sizeof text.chars);
}

bool list_of(const Files& files, CpuBits& bits, const char* format, unsigned number) {
    Text text;
    char path[128];
    snprintf(path, sizeof path, format, number);
    if (!read(files, text, "%s", path)) return false;
    bits = CpuBits();
    bits.add_list(text.chars);
    return !bits.empty();
}

// ---- the groups around a CPU ----

bool core_of(const Files& files, uint32_t cpu, CpuBits& group) {
    return list_of(files, group, "devices/system/cpu/cpu%u/topology/core_cpus_list", cpu) ||
           list_of(files, group, "devices/system/cpu/cpu%u/topology/thread_siblings_list", cpu);
}

bool package_of(const Files& files, uint32_t cpu, CpuBits& group) {
    return list_of(files, group, "devices/system/cpu/cpu%u/topology/package_cpus_list", cpu) ||
           list_of(files, group, "devices/system/cpu/cpu%u/topology/core_siblings_list", cpu);
}

// The last cache that holds data, if several cores could share it: the kernel counts from level 1
// up.
bool cluster_of(const Files& files, uint32_t cpu, CpuBits& group) {
    constexpr int kMostCaches = 8;
    constexpr int kLeastShared = 2;  // an L1 is a core's own
    const char* const cache = "devices/system/cpu/cpu%u/cache/index%d/%s";
    Text text;
    for (int index = kMostCaches; index-- > 0;) {
        if (!read(files, text, cache, cpu, index, "type") || text.chars[0] == 'I') continue;
        if (!read(files, text, cache, cpu, index, "level") || atoi(text.chars) < kLeastShared)
            break;
        char path[128];
        snprintf(path, sizeof path, "devices/system/cpu/cpu%%u/cache/index%d/shared_cpu_list",
                 index);
        if (list_of(files, group, path, cpu)) return true;
    }
    return package_of(files, cpu, group);
}

// Every row in a group gets the group's lowest CPU as its number. `done` are rows with one.
using GroupOf = bool (*)(const Files& files, uint32_t cpu, CpuBits& group);

void group_rows(const Files& files, GroupOf group_of, CpuPlace* rows, size_t length,
                uint16_t CpuPlace::*number, bool alone) {
    CpuBits done;
    for (size_t i = 0; i < length; i++) {
        if (done.has(rows[i].cpu)) continue;
        CpuBits group;
        if (!group_of(files, rows[i].cpu, group) || !group.has(rows[i].cpu)) {
            rows[i].*number = uint16_t(alone ? rows[i].cpu : 0);
            continue;
        }
        const uint32_t lowest = group.lowest();
        for (size_t k = i; k < length; k++) {
            if (!group.has(rows[k].cpu) || done.has(rows[k].cpu)) continue;
            rows[k].*number = uint16_t(lowest);
            done.add(rows[k].cpu);
        }
    }
}

void count_threads(CpuPlace* rows, size_t length) {
    for (size_t i = 0; i < length; i++) {
        rows[i].smt = 0;
        for (size_t k = 0; k < i; k++)
            rows[i].smt = uint16_t(rows[i].smt + (rows[k].core == rows[i].core));
    }
}

// ---- how fast ----

void read_capacities(const Files& files, CpuPlace* rows, size_t length) {
    CpuBits fast, slow;
    const bool hybrid = list_of(files, fast, "devices/cpu_core/cpus", 0) &&
                        list_of(files, slow, "devices/cpu_atom/cpus", 0);
    Text text;
    for (size_t i = 0; i < length; i++) {
        const bool known =
            !hybrid && read(files, text, "devices/system/cpu/cpu%u/cpu_capacity", rows[i].cpu);
        rows[i].efficiency = uint16_t(known ? atoi(text.chars) : fast.has(rows[i].cpu));
        if (!known && !hybrid) return;  // files of this kind are there for all CPUs, or for none
    }
}

// ---- nodes ----

bool online_nodes(const Files& files, CpuBits& nodes) {
    return list_of(files, nodes, "devices/system/node/online", 0);
}

void place_on_nodes(const Files& files, CpuPlace* rows, size_t length) {
    CpuBits nodes, cpus;
    if (!online_nodes(files, nodes)) return;
    const uint16_t first = uint16_t(nodes.lowest());
    for (size_t i = 0; i < length; i++)
        rows[i].node = first;
    for (uint32_t node = 0; node < kMostNodeNumbers; node++) {
        if (!nodes.has(node)) continue;
        if (!list_of(files, cpus, "devices/system/node/node%u/cpulist", node)) continue;
        for (size_t i = 0; i < length; i++)
            if (cpus.has(rows[i].cpu)) rows[i].node = uint16_t(node);
    }
}

uint64_t memory_of(const Files& files, uint32_t node) {
    Text text;
    if (!read(files, text, "devices/system/node/node%u/meminfo", node)) return 0;
    const char* const total = strstr(text.chars, "MemTotal:");
    return total == nullptr ? 0 : strtoull(total + strlen("MemTotal:"), nullptr, 10) * 1024;
}

uint32_t large_page(const Files& files) {
    Text text;
    const bool known = read(files, text, "kernel/mm/transparent_hugepage/hpage_pmd_size");
    return known ? uint32_t(strtoul(text.chars, nullptr, 10)) : 0;
}

bool read_below(const void* self, const char* path, char* out, size_t room) {
    char whole[512];
    snprintf(whole, sizeof whole, "%s/%s", *static_cast<const char* const*>(self), path);
    const int file = open(whole, O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    const ssize_t length = ::read(file, out, room - 1);
    close(file);
    if (length < 0) return false;
    out[length] = 0;
    return true;
}

CpuBits online_cpus(const Files& files) {
    CpuBits cpus, group;
    if (!list_of(files, cpus, "devices/system/cpu/online", 0)) cpus.add(0);
    if (list_of(files, group, "fs/cgroup/cpuset.cpus.effective", 0)) cpus.keep(group);
    return cpus;
}

}  // namespace

Files files_below(const char* const& root) {
    return {read_below, &root};
}

size_t sysfs_cpu_places(const Files& files, const CpuBits* allowed, CpuPlace* out, size_t most) {
    const CpuBits cpus = allowed != nullptr ? *allowed : online_cpus(files);
    size_t count = 0;
    for (uint32_t cpu = 0; cpu <= kMostCpuNumbers; cpu++) {
        if (!cpus.has(cpu)) continue;
        if (count < most) {
            out[count] = {};
            out[count].cpu = cpu;
        }
        count++;
    }
    const size_t rows = count < most ? count : most;
    group_rows(files, core_of, out, rows, &CpuPlace::core, true);
    group_rows(files, cluster_of, out, rows, &CpuPlace::cluster, false);
    count_threads(out, rows);
    read_capacities(files, out, rows);
    place_on_nodes(files, out, rows);
    return count;
}

size_t sysfs_memory_nodes(const Files& files, MemoryNode* out, size_t most) {
    CpuBits nodes;
    if (!online_nodes(files, nodes)) nodes.add(0);
    const uint32_t large = large_page(files);
    size_t count = 0;
    for (uint32_t node = 0; node < kMostNodeNumbers; node++) {
        if (!nodes.has(node)) continue;
        if (count < most)
            out[count] = {memory_of(files, node), uint32_t(getpagesize()), large, uint16_t(node)};
        count++;
    }
    return count;
}

size_t sysfs_node_distances(const Files& files, uint16_t node, uint16_t* out, size_t most) {
    Text text;
    if (!read(files, text, "devices/system/node/node%u/distance", node)) return 0;
    size_t count = 0;
    char* at = text.chars;
    for (char* end;; at = end) {
        const unsigned long distance = strtoul(at, &end, 10);
        if (end == at) return count;
        if (count < most) out[count] = uint16_t(distance);
        count++;
    }
}

}  // namespace weft::port
