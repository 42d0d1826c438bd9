// topology.cpp - Linux: what this process may use of the machine, and where its pages are
// SPDX-License-Identifier: MIT
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cores.hpp"
#include "sysfs.hpp"

namespace weft::port {
namespace {

const char* const kMachine = "/sys";

constexpr int kBindPreferred = 1;  // MPOL_PREFERRED of <linux/mempolicy.h>
constexpr unsigned kMostNodeBits = 1024;

}  // namespace

size_t cpu_places(CpuPlace* out, size_t most) {
    const CpuBits& allowed = allowed_cpus();
    return sysfs_cpu_places(files_below(kMachine), allowed.empty() ? nullptr : &allowed, out, most);
}

size_t memory_nodes(MemoryNode* out, size_t most) {
    return sysfs_memory_nodes(files_below(kMachine), out, most);
}

size_t node_distances(uint16_t node, uint16_t* out, size_t most) {
    return sysfs_node_distances(files_below(kMachine), node, out, most);
}

uint32_t busy_cores() {
    const uint32_t count = core_count();
    const uint32_t quota = sysfs_core_quota(files_below(kMachine));
    return quota != 0 && quota < count ? quota : count;
}

bool pin_self_to_cpu(uint32_t cpu) {
    CpuBits mask = allowed_cpus();
    if (cpu != kAnyCpu) {
        if (!mask.has(cpu)) return false;
        mask = CpuBits();
        mask.add(cpu);
    }
    return pthread_setaffinity_np(pthread_self(), sizeof mask.words, mask.set()) == 0;
}

uint32_t pinned_cpu() {
    CpuBits mask;
    const bool known = pthread_getaffinity_np(pthread_self(), sizeof mask.words, mask.set()) == 0;
    return known && mask.count() == 1 ? mask.lowest() : kAnyCpu;
}

uint16_t current_node() {
    unsigned cpu = 0;
    unsigned node = 0;
    return getcpu(&cpu, &node) == 0 ? uint16_t(node) : 0;
}

// Preferred, not bound: a full node must not end the program.
bool bind_memory(void* start, size_t bytes, uint16_t node) {
    if (node >= kMostNodeBits) return false;
    unsigned long nodes[kMostNodeBits / CpuBits::kWordBits] = {};
    nodes[node / CpuBits::kWordBits] = 1ul << node % CpuBits::kWordBits;
    return bytes == 0 ||
           syscall(SYS_mbind, start, bytes, kBindPreferred, nodes, kMostNodeBits, 0) == 0;
}

int32_t page_node(const void* address) {
    const uintptr_t page = uintptr_t(address) & ~uintptr_t(page_bytes() - 1);
    void* pages[] = {reinterpret_cast<void*>(page)};
    int status = 0;
    if (syscall(SYS_move_pages, 0, 1ul, pages, nullptr, &status, 0) != 0) return kPageUnknown;
    if (status >= 0) return status;
    return status == -ENOENT || status == -EFAULT ? kPageAbsent : kPageUnknown;
}

void* reserve_large(size_t bytes) {
    void* start = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
    return start == MAP_FAILED ? nullptr : start;
}

bool advise_large(void* start, size_t bytes) {
    return madvise(start, bytes, MADV_HUGEPAGE) == 0;
}

}  // namespace weft::port
