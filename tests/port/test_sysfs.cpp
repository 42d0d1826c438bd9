// test_sysfs.cpp - Linux: the kernel's files as a topology, this machine's and those of a table
// SPDX-License-Identifier: MIT
#include <unit/unit.hpp>

#if __has_include(<sysfs.hpp>)
#include <sysfs.hpp>
#include <weft/topology/arrange.hpp>
#include <weft/topology/describe.hpp>
#include <weft/topology/machine.hpp>

using namespace weft;

namespace {

struct FakeFile {
    const char* path;
    const char* text;
};

struct FakeTree {
    const FakeFile* files;
    size_t count;

    static bool read(const void* self, const char* path, char* out, size_t room) {
        const FakeTree& tree = *static_cast<const FakeTree*>(self);
        for (size_t i = 0; i < tree.count; i++) {
            if (!same_text(tree.files[i].path, path)) continue;
            const char* from = tree.files[i].text;
            while (*from != 0 && --room > 0)
                *out++ = *from++;
            *out = 0;
            return true;
        }
        return false;
    }
    port::Files all() const { return {read, this}; }
};

template <size_t kCount>
FakeTree tree_of(const FakeFile (&files)[kCount]) {
    return {files, kCount};
}

// What read_machine() does with the port's answers.
struct Read {
    explicit Read(const port::Files& files, const port::CpuBits* allowed = nullptr) {
        const TopologyRoom room = rows.room();
        cpus = port::sysfs_cpu_places(files, allowed, room.cpus.data(), room.cpus.size());
        nodes = port::sysfs_memory_nodes(files, room.nodes.data(), room.nodes.size());
        size_t known = 0;
        for (size_t i = 0; i < nodes; i++)
            known += port::sysfs_node_distances(files, room.nodes[i].number,
                                                room.distances.data() + known, nodes);
        topology.nodes = {room.nodes.data(), nodes};
        EXPECT(arrange({room.cpus.data(), cpus}, topology.nodes));
        topology.cpus = {room.cpus.data(), cpus};
        if (known == nodes * nodes) topology.distances = {room.distances.data(), known};
        EXPECT_EQ(first_broken_rule(topology), TopologyRule::none);
    }

    TopologyRows<64, 8> rows;
    size_t cpus, nodes;
    Topology topology;
};

void expect_same(const Topology& read, const char* words) {
    static TopologyRows<64, 8> rows;
    const Described wanted = describe(words, rows.room());
    EXPECT(wanted.ok());
    EXPECT_EQ(read.cpus.size(), wanted.topology.cpus.size());
    EXPECT_EQ(read.nodes.size(), wanted.topology.nodes.size());
    for (size_t i = 0; i < read.cpus.size() && i < wanted.topology.cpus.size(); i++) {
        const CpuPlace& a = read.cpu(i);
        const CpuPlace& b = wanted.topology.cpu(i);
        EXPECT_EQ(a.cpu, b.cpu);
        EXPECT_EQ(a.smt, b.smt);
        EXPECT_EQ(a.core, b.core);
        EXPECT_EQ(a.cluster, b.cluster);
        EXPECT_EQ(a.node, b.node);
        EXPECT_EQ(a.efficiency, b.efficiency);
    }
    for (size_t i = 0; i < read.nodes.size(); i++)
        for (size_t k = 0; k < read.nodes.size(); k++)
            EXPECT_EQ(read.distance(i, k), wanted.topology.distance(i, k));
}

#define CPU(n) "devices/system/cpu/cpu" #n "/"
#define NODE(n) "devices/system/node/node" #n "/"
#define CORE(n, list) \
    { CPU(n) "topology/core_cpus_list", list "\n" }
#define LAST_CACHE(n, index, list)                                \
    {CPU(n) "cache/index" #index "/type", "Unified\n"},           \
        {CPU(n) "cache/index" #index "/level", #index "\n"}, {    \
        CPU(n) "cache/index" #index "/shared_cpu_list", list "\n" \
    }

// Two sockets of two cores with two threads, numbered as servers do it; CPU 5 is offline.
constexpr FakeFile kTwoSockets[] = {
    {"devices/system/cpu/online", "0-4,6-7\n"},
    CORE(0, "0,4"),
    CORE(1, "1"),
    CORE(2, "2,6"),
    CORE(3, "3,7"),
    LAST_CACHE(0, 3, "0-1,4"),
    LAST_CACHE(2, 3, "2-3,6-7"),
    {"devices/system/node/online", "0-1\n"},
    {NODE(0) "cpulist", "0-1,4\n"},
    {NODE(1) "cpulist", "2-3,6-7\n"},
    {NODE(0) "meminfo", "Node 0 MemTotal:       16384 kB\nNode 0 MemFree: 1 kB\n"},
    {NODE(1) "meminfo", "Node 1 MemTotal:       32768 kB\n"},
    {NODE(0) "distance", "10 21\n"},
    {NODE(1) "distance", "21 10\n"},
    {"kernel/mm/transparent_hugepage/hpage_pmd_size", "2097152\n"},
};

// Two fast cores of two threads and four slow ones.
constexpr FakeFile kHybrid[] = {
    {"devices/system/cpu/online", "0-7\n"},
    CORE(0, "0-1"),
    CORE(2, "2-3"),
    LAST_CACHE(0, 3, "0-7"),
    {"devices/cpu_core/cpus", "0-3\n"},
    {"devices/cpu_atom/cpus", "4-7\n"},
    {"devices/system/node/online", "0\n"},
    {NODE(0) "cpulist", "0-7\n"},
};

// Two last-level caches on one node; caches of lower levels are each core's own.
constexpr FakeFile kTwoCaches[] = {
    {"devices/system/cpu/online", "0-3\n"},
    {CPU(0) "cache/index0/type", "Data\n"},
    {CPU(0) "cache/index0/level", "1\n"},
    {CPU(0) "cache/index0/shared_cpu_list", "0\n"},
    {CPU(0) "cache/index1/type", "Instruction\n"},
    LAST_CACHE(0, 3, "0-1"),
    LAST_CACHE(2, 3, "2-3"),
};

// As small AArch64 machines tell it: capacities, old names, no caches, no nodes.
constexpr FakeFile kBigLittle[] = {
    {"devices/system/cpu/online", "0-3\n"},
    {CPU(0) "topology/thread_siblings_list", "0\n"},
    {CPU(0) "topology/core_siblings_list", "0-1\n"},
    {CPU(2) "topology/core_siblings_list", "2-3\n"},
    {CPU(0) "cpu_capacity", "446\n"},
    {CPU(1) "cpu_capacity", "446\n"},
    {CPU(2) "cpu_capacity", "1024\n"},
    {CPU(3) "cpu_capacity", "1024\n"},
};

constexpr FakeFile kLimited[] = {
    {"devices/system/cpu/online", "0-3\n"},
    CORE(0, "0-1"),
    CORE(2, "2-3"),
    LAST_CACHE(0, 3, "0-3"),
    LAST_CACHE(2, 3, "0-3"),
    {"fs/cgroup/cpuset.cpus.effective", "1-2\n"},
    {"devices/system/node/online", "0\n"},
    {NODE(0) "cpulist", "0-3\n"},
};

// Node 2 has memory and no CPUs; node 1 is not there.
constexpr FakeFile kMemoryOnly[] = {
    {"devices/system/cpu/online", "0\n"},
    {"devices/system/node/online", "0,2\n"},
    {NODE(0) "cpulist", "0\n"},
    {NODE(2) "cpulist", "\n"},
    {NODE(2) "meminfo", "Node 2 MemTotal: 4 kB\n"},
    {NODE(0) "distance", "10 30\n"},
    {NODE(2) "distance", "30 10\n"},
};

}  // namespace

TEST(two_sockets_with_an_offline_cpu_are_read_from_sysfs) {
    const FakeTree tree = tree_of(kTwoSockets);
    const Read read(tree.all());
    expect_same(read.topology,
                "cpus 0,4 core 0 cluster 0\ncpu 1 core 1 cluster 0\ncpus 2,6 core 2 cluster 2 node "
                "1\ncpus 3,7 core 3 cluster 2 node 1\ndistance 0 1 21");
    EXPECT_EQ(read.topology.nodes[0].bytes, 16384u * 1024);
    EXPECT_EQ(read.topology.nodes[1].bytes, 32768u * 1024);
    EXPECT_EQ(read.topology.nodes[1].large_page_bytes, 2u << 20);
    EXPECT_EQ(read.topology.nodes[1].page_bytes, port::page_bytes());
}

TEST(clusters_of_one_node_are_read_from_sysfs_by_their_last_cache) {
    const FakeTree tree = tree_of(kTwoCaches);
    expect_same(Read(tree.all()).topology, "cpus 0-1 cluster 0\ncpus 2-3 cluster 2");
}

TEST(fast_and_slow_cores_are_read_from_sysfs) {
    const FakeTree hybrid = tree_of(kHybrid);
    expect_same(Read(hybrid.all()).topology,
                "cpus 0-1 core 0 class 1\ncpus 2-3 core 2 class 1\ncpus 4-7 class 0");
    const FakeTree little = tree_of(kBigLittle);
    expect_same(Read(little.all()).topology,
                "cpus 0-1 cluster 0 class 1\ncpus 2-3 cluster 2 class 2");
}

TEST(what_affinity_or_a_control_group_takes_away_is_not_read_from_sysfs) {
    const FakeTree tree = tree_of(kLimited);
    expect_same(Read(tree.all()).topology, "cpu 1 core 0\ncpu 2 core 2");
    port::CpuBits allowed;
    allowed.add_list("0,3\n");
    expect_same(Read(tree.all(), &allowed).topology, "cpu 0 core 0\ncpu 3 core 2");
}

TEST(a_quota_of_time_is_read_in_cores_rounded_up_along_the_way_to_the_own_group) {
    constexpr FakeFile kOwn[] = {{"../proc/self/cgroup", "0::/jobs/ours\n"},
                                 {"fs/cgroup/cpu.max", "800000 100000\n"},
                                 {"fs/cgroup/jobs/cpu.max", "150000 100000\n"},
                                 {"fs/cgroup/jobs/ours/cpu.max", "max 100000\n"}};
    EXPECT_EQ(port::sysfs_core_quota(tree_of(kOwn).all()), 2u);
    constexpr FakeFile kOthers[] = {{"../proc/self/cgroup", "0::/\n"},
                                    {"fs/cgroup/cpu.max", "10000 100000\n"},
                                    {"fs/cgroup/jobs/cpu.max", "400000 100000\n"}};
    EXPECT_EQ(port::sysfs_core_quota(tree_of(kOthers).all()), 1u);
    constexpr FakeFile kUnlimited[] = {{"fs/cgroup/cpu.max", "max 100000\n"}};
    EXPECT_EQ(port::sysfs_core_quota(tree_of(kUnlimited).all()), 0u);
    EXPECT_EQ(port::sysfs_core_quota(FakeTree{nullptr, 0}.all()), 0u);
}

TEST(a_quota_of_time_is_read_from_groups_by_kind_too) {
    constexpr FakeFile kThree[] = {
        {"../proc/self/cgroup", "9:cpuset:/away\n4:cpuacct,cpu:/host/ours\n3:memory:/x\n"},
        {"fs/cgroup/cpu/away/cpu.cfs_quota_us", "100000\n"},
        {"fs/cgroup/cpu/away/cpu.cfs_period_us", "100000\n"},
        {"fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n"},
        {"fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"},
        {"fs/cgroup/cpu/host/ours/cpu.cfs_quota_us", "125000\n"},
        {"fs/cgroup/cpu/host/ours/cpu.cfs_period_us", "50000\n"}};
    EXPECT_EQ(port::sysfs_core_quota(tree_of(kThree).all()), 3u);
    constexpr FakeFile kContainer[] = {{"../proc/self/cgroup", "4:cpu,cpuacct:/seen/by/host\n"},
                                       {"fs/cgroup/cpu/cpu.cfs_quota_us", "100000\n"},
                                       {"fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"}};
    EXPECT_EQ(port::sysfs_core_quota(tree_of(kContainer).all()), 1u);
}

TEST(as_many_cores_can_be_busy_as_there_are_at_most_and_one_at_least) {
    EXPECT(port::busy_cores() >= 1);
    EXPECT(port::busy_cores() <= port::core_count());
}

TEST(a_node_of_memory_alone_is_read_from_sysfs) {
    const FakeTree tree = tree_of(kMemoryOnly);
    const Read read(tree.all());
    expect_same(read.topology, "cpu 0\nnode 2\ndistance 0 2 30");
    EXPECT_EQ(read.topology.nodes[1].number, 2u);
    EXPECT_EQ(read.topology.nodes[1].bytes, 4096u);
}

TEST(without_any_file_there_is_one_cpu_and_one_node) {
    const FakeTree nothing = {nullptr, 0};
    expect_same(Read(nothing.all()).topology, "cpu 0");
}

TEST(lists_with_mistakes_are_read_up_to_them) {
    port::CpuBits bits;
    bits.add_list("1-3,x,7");
    EXPECT_EQ(bits.count(), 3u);
    bits.add_list("70000,65535,-");
    EXPECT_EQ(bits.count(), 4u);
    bits.add_list("");
    EXPECT(bits.has(65535) && !bits.has(65534) && bits.lowest() == 1);
}

TEST(too_little_room_still_says_how_many_cpus_there_are) {
    const FakeTree tree = tree_of(kTwoSockets);
    CpuPlace rows[3];
    EXPECT_EQ(port::sysfs_cpu_places(tree.all(), nullptr, rows, 3), 7u);
    EXPECT_EQ(rows[2].cpu, 2u);
    EXPECT_EQ(port::sysfs_cpu_places(tree.all(), nullptr, nullptr, 0), 7u);
    EXPECT_EQ(port::sysfs_memory_nodes(tree.all(), nullptr, 0), 2u);
}

TEST(a_copy_of_the_kernels_files_may_lie_elsewhere) {
    static const char* const kRoot = "/sys";
    const port::Files files = port::files_below(kRoot);
    MemoryNode here[8], there[8];
    EXPECT_EQ(port::sysfs_memory_nodes(files, there, 8), port::memory_nodes(here, 8));
    EXPECT_EQ(here[0].bytes, there[0].bytes);
    static const char* const kNowhere = "/nowhere";
    const Read none(port::files_below(kNowhere));
    expect_same(none.topology, "cpu 0");
}
#endif
