// core_quota.cpp - Linux: how much time control groups grant, in cores
// SPDX-License-Identifier: MIT
//
//   unified (v2):   fs/cgroup/GROUP/cpu.max                  "150000 100000", or "max 100000"
//   by kind (v1):   fs/cgroup/cpu/GROUP/cpu.cfs_quota_us     150000, or -1
//                                       cpu.cfs_period_us    100000
//
// GROUP is this process's own, and what is granted to the groups around it binds it too. In a
// container it often names what only the host sees: then what is there of the way to it counts.
#include "sysfs.hpp"

#include <stdio.h>
#include <string.h>

namespace weft::port {
namespace {

// A process's groups stand outside of /sys, beside it.
constexpr const char* kOwnGroups = "../proc/self/cgroup";

constexpr size_t kPathBytes = 512;

struct Path {
    char chars[kPathBytes] = {};
};

long number_in(const Files& files, const char* folder, const char* name) {
    Path path;
    char text[64];
    snprintf(path.chars, kPathBytes, "%s/%s", folder, name);
    return files.read(files.self, path.chars, text, sizeof text) ? atol(text) : 0;
}

// Rounded up: a worker too many shares what there is, one too few leaves some of it.
uint32_t cores(long granted, long period) {
    return granted <= 0 || period <= 0 ? 0 : uint32_t((granted - 1) / period + 1);
}

uint32_t unified_quota(const Files& files, const char* folder) {
    Path path;
    char text[64];
    snprintf(path.chars, kPathBytes, "%s/cpu.max", folder);
    if (!files.read(files.self, path.chars, text, sizeof text)) return 0;
    char* period = text;
    const long granted = strtol(text, &period, 10);  // of "max", none
    return cores(granted, atol(period));
}

uint32_t quota_by_kind(const Files& files, const char* folder) {
    return cores(number_in(files, folder, "cpu.cfs_quota_us"),
                 number_in(files, folder, "cpu.cfs_period_us"));
}

// Zero is no limit.
uint32_t lower(uint32_t a, uint32_t b) {
    return a == 0 || (b != 0 && b < a) ? b : a;
}

using QuotaOf = uint32_t (*)(const Files& files, const char* folder);

uint32_t least_on_the_way(const Files& files, QuotaOf quota_of, const char* root,
                          const Path& group) {
    Path folder;
    snprintf(folder.chars, kPathBytes, "%s%.400s", root, group.chars);
    uint32_t least = 0;
    for (const size_t end = strlen(root);; *strrchr(folder.chars, '/') = 0) {
        least = lower(least, quota_of(files, folder.chars));
        if (strlen(folder.chars) <= end) return least;
    }
}

bool names_cpu(const char* names, size_t length) {
    for (size_t at = 0; at < length; at += strcspn(names + at, ",:") + 1)
        if (strncmp(names + at, "cpu", 3) == 0 && strcspn(names + at, ",:") == 3) return true;
    return false;
}

// "4:cpu,cpuacct:/group"; the unified hierarchy names no kinds. The topmost group is "/".
void read_group(const char* line, Path& unified, Path& by_kind) {
    const size_t number = strcspn(line, ":\n");
    if (line[number] != ':') return;
    const char* const names = line + number + 1;
    const size_t length = strcspn(names, ":\n");
    if (names[length] != ':' || (length != 0 && !names_cpu(names, length))) return;
    const char* const group = names + length + 1;
    const size_t end = strcspn(group, "\n");
    if (group[0] == '/' && end > 1 && end < kPathBytes)
        memcpy((length == 0 ? unified : by_kind).chars, group, end);
}

}  // namespace

uint32_t sysfs_core_quota(const Files& files) {
    char text[4096];
    Path unified, by_kind;
    const bool known = files.read(files.self, kOwnGroups, text, sizeof text);
    for (const char* line = text; known && *line != 0;) {
        read_group(line, unified, by_kind);
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return lower(least_on_the_way(files, unified_quota, "fs/cgroup", unified),
                 least_on_the_way(files, quota_by_kind, "fs/cgroup/cpu", by_kind));
}

}  // namespace weft::port
