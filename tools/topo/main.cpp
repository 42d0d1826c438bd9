// main.cpp - prints a machine as weft sees it: its rows, plans, steal orders, a running system
// SPDX-License-Identifier: MIT
#include "topo.hpp"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

namespace topo {
namespace {

using namespace weft;

constexpr const char* kUsage =
    "usage: topo [source] [what]...\n"
    "  source:  (this machine) | --sysfs DIR | --text FILE | --hwloc | --synthetic TEXT | --xml "
    "FILE\n"
    "  what:    --pinning linear|avoid_smt|cluster_isolation|tiered_spillover  (linear)\n"
    "           --workers N     (as many as there are CPUs for that, and time)\n"
    "           --order W       whom worker W steals from\n"
    "           --svg FILE      a picture\n"
    "           --run           starts a system there, and asks where its pages are\n";

struct Asked {
    const char* source[2] = {nullptr, nullptr};
    Pinning pinning = Pinning::linear;
    const char* pinning_name = "linear";
    uint32_t workers = 0;
    uint32_t most = 0;  // otherwise
    long order = -1;
    const char* svg = nullptr;
    bool run = false;
};

bool parse_pinning(const char* name, Asked& asked) {
    const char* const names[] = {"none", "linear", "avoid_smt", "cluster_isolation",
                                 "tiered_spillover"};
    for (uint32_t i = 1; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0) {
            asked.pinning = Pinning(i);
            asked.pinning_name = names[i];
            return true;
        }
    return false;
}

bool parse_option(const char* option, const char* value, Asked& asked) {
    const auto is = [option](const char* name) { return strcmp(option, name) == 0; };
    if (is("--pinning")) return parse_pinning(value, asked);
    if (is("--workers")) return (asked.workers = uint32_t(atoi(value))) != 0;
    if (is("--order"))
        asked.order = atol(value);
    else if (is("--svg"))
        asked.svg = value;
    else if (is("--sysfs") || is("--text") || is("--synthetic") || is("--xml"))
        asked.source[0] = option, asked.source[1] = value;
    else
        return false;
    return true;
}

bool parse(int count, char** words, Asked& asked) {
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--run") == 0)
            asked.run = true;
        else if (strcmp(words[i], "--hwloc") == 0)
            asked.source[0] = words[i];
        else if (i + 1 == count || !parse_option(words[i], words[i + 1], asked))
            return false;
        else
            i++;
    }
    return true;
}

bool read(const Asked& asked, Rows& rows, Topology& out) {
    const char* const from = asked.source[0];
    if (from == nullptr) return read_here(rows, out);
    if (strcmp(from, "--sysfs") == 0) return read_sysfs(asked.source[1], rows, out);
    if (strcmp(from, "--text") == 0) return read_text(asked.source[1], rows, out);
    return read_hwloc({asked.source, 2}, rows, out);
}

// Less than there are CPUs, or zero.
uint32_t quota_of(const Asked& asked, const Topology& t) {
    const bool copy = asked.source[0] != nullptr && strcmp(asked.source[0], "--sysfs") == 0;
    const uint32_t quota = copy ? quota_below(asked.source[1]) : t.real ? port::busy_cores() : 0;
    return quota < t.cpus.size() ? quota : 0;
}

void print_line(void*, const char* line) {
    puts(line);
}

void print_machine(const Topology& t, uint32_t quota) {
    printf("# %zu CPUs, %u cores, %u clusters, %zu nodes; %s\n", t.cpus.size(), t.cores(),
           t.clusters(), t.nodes.size(), t.real ? "this machine" : "described");
    if (quota != 0)
        printf("# a control group grants the time of %u of them: as many workers, unless told\n",
               quota);
    print_topology(t, print_line, nullptr);
    if (t.nodes.size() < 2) return;
    printf("# distances\n");
    for (size_t a = 0; a < t.nodes.size(); a++) {
        printf("#  %4u:", t.nodes[a].number);
        for (size_t b = 0; b < t.nodes.size(); b++)
            printf(" %3u", t.distance(a, b));
        printf("\n");
    }
}

// As many workers as the strategy finds CPUs for, unless a number was asked for.
Status plan(const Asked& asked, const Topology& t, Span<uint16_t> rows, PinningPlan* out) {
    Status status = Status::too_few_cpus;
    uint32_t workers = asked.workers != 0 ? asked.workers
                       : asked.most != 0  ? asked.most
                                          : uint32_t(t.cpus.size());
    if (workers > t.cpus.size()) return status;
    for (; workers > 0 && status == Status::too_few_cpus; workers--) {
        status = plan_pinning(t, Config().workers(workers).pinning(asked.pinning), rows, out);
        if (asked.workers != 0) break;
    }
    return status;
}

void print_plan(const Asked& asked, const Topology& t, const PinningPlan& plan) {
    printf("# %s, worker: cpu", asked.pinning_name);
    uint32_t tier = 0;
    for (uint32_t i = 0; i < plan.rows.size(); i++) {
        while (tier + 1 < kTiers && i >= plan.tiers.ends[tier])
            tier++;
        const bool first = i == 0 || i == plan.tiers.ends[tier - (tier != 0)];
        if (first && plan.tiers.ends[0] != plan.tiers.ends[2]) printf("\n#  tier %u:", tier + 1);
        printf(" %u:%u", i, t.cpu(plan.rows[i]).cpu);
    }
    printf("\n");
}

void print_order(const Topology& t, const PinningPlan& plan, uint32_t worker) {
    static uint16_t victims[kMostCpus], ends[kMostNodes + 3];
    const StealOrder order = steal_order(t, plan.rows, worker, {{victims}, {ends}});
    printf("# worker %u steals from", worker);
    size_t from = 0;
    for (const uint16_t end : order.ends) {
        for (const size_t first = from; from < end; from++)
            printf("%s%u", from == first ? " [" : " ", order.victims[from]);
        printf("]");
    }
    printf("\n");
}

void print_pages(const System& system, uint32_t worker, WorkerMemory memory, const char* name) {
    const PageCount pages = system.pages(worker, memory);
    printf("  %s %zu/%zu/%zu", name, pages.near, pages.far, pages.absent);
    if (pages.unknown != 0) printf(" (%zu unknown)", pages.unknown);
}

int run(const Asked& asked, const Topology& t, uint32_t workers) {
    const Config config = Config()
                              .workers(workers)
                              .pinning(asked.pinning)
                              .cpus(uint32_t(kMostCpus))
                              .small_fibers(4, 8)
                              .large_fibers(0, 0)
                              .frame_bytes(64 * 1024)
                              .prefault(true);
    MappedStorage storage;
    System system;
    Status status = storage.map(config);
    if (status == Status::ok) status = system.init(config, storage.bytes(), t);
    if (status != Status::ok) {
        fprintf(stderr, "topo: %s\n", status_text(status));
        return 1;
    }
    for (uint32_t i = 0; i < workers; i++)
        while (!system.place(i).ready)
            port::cpu_relax();
    printf("# running; pages on the worker's node/elsewhere/not touched\n");
    for (uint32_t i = 0; i < workers; i++) {
        const WorkerPlace place = system.place(i);
        printf("#  worker %u: cpu %u, node %u, tier %u, %s", i, place.cpu,
               t.nodes[place.node].number, place.tier + 1u, place.tied ? "tied;" : "floats;");
        print_pages(system, i, WorkerMemory::stacks, "stacks");
        print_pages(system, i, WorkerMemory::frames, "frames");
        print_pages(system, i, WorkerMemory::queues, "queues");
        printf("\n");
    }
    return system.shutdown() == Status::ok ? 0 : 1;
}

int main(int count, char** words) {
    static Rows rows;
    static uint16_t workers[kMostCpus];
    Asked asked;
    Topology topology;
    if (!parse(count, words, asked)) {
        fputs(kUsage, stderr);
        return 2;
    }
    if (!read(asked, rows, topology)) return 1;
    const uint32_t quota = quota_of(asked, topology);
    print_machine(topology, quota);
    if (asked.workers == 0 && quota != 0) asked.most = quota;
    PinningPlan made;
    const Status status = plan(asked, topology, workers, &made);
    if (status != Status::ok) {
        fprintf(stderr, "topo: %s\n", status_text(status));
        return 1;
    }
    print_plan(asked, topology, made);
    if (asked.order >= long(made.rows.size())) {
        fprintf(stderr, "topo: there are workers 0 to %zu\n", made.rows.size() - 1);
        return 1;
    }
    if (asked.order >= 0) print_order(topology, made, uint32_t(asked.order));
    if (asked.svg != nullptr && !draw(asked.svg, topology, made.rows)) return 1;
    return asked.run ? run(asked, topology, uint32_t(made.rows.size())) : 0;
}

}  // namespace
}  // namespace topo

int main(int count, char** words) {
    return topo::main(count, words);
}
