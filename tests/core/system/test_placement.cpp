// test_placement.cpp - where a system's workers and pages are, on this machine and on described
// ones SPDX-License-Identifier: MIT
#include "system_fixture.hpp"

#ifdef __linux__
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#endif
#include <weft/topology/arrange.hpp>
#include <weft/topology/describe.hpp>

using namespace weft;

namespace {

// A running system that acts as a described machine.
struct Elsewhere {
    Elsewhere(const char* text, const Config& config) : described(describe(text, rows.room())) {
        EXPECT(described.ok());
        EXPECT_OK(storage.map(config));
        status = system.init(config, storage.bytes(), described.topology);
    }
    ~Elsewhere() { (void)system.shutdown(); }
    void wait_ready(uint32_t workers) {
        for (uint32_t i = 0; i < workers; i++)
            unit::wait_until([this, i] { return system.place(i).ready; });
    }

    TopologyRows<64, 8> rows;
    Described described;
    MappedStorage storage;
    System system;
    Status status;
};

// This machine's CPUs, in the order that pinning takes them.
struct Machine {
    Machine() { EXPECT_OK(read_machine(rows.room(), &topology)); }
    TopologyRows<1024, 64> rows;
    Topology topology;
};

FiberFigures fibers_of(System& system, uint32_t worker) {
    FiberFigures figures = {};
    Counter done;
    FiberFigures* const to = &figures;
    EXPECT_OK(system.submit_to(
        worker, done, [to] { *to = Worker::current()->fibers().figures(StackClass::small); }));
    EXPECT_OK(system.run([&done] { return wait(done); }));
    return figures;
}

// Asks a worker now and then; it sleeps in between.
template <class Holds>
void expect_soon(System& system, uint32_t worker, const Holds& holds) {
    port::Parker nobody;
    bool held = false;
    for (int tries = 0; tries < 200 && !held; tries++) {
        held = holds(fibers_of(system, worker));
        (void)port::park(nobody, port::now_ns() + 20 * 1000000);
    }
    EXPECT(held);
}

#ifdef __linux__

// How often the calling thread has changed CPUs; less than zero: the system does not tell.
long migrations() {
    char text[4096];
    const int file = open("/proc/thread-self/sched", O_RDONLY);
    const ssize_t length = file < 0 ? 0 : read(file, text, sizeof text - 1);
    if (file >= 0) close(file);
    text[length > 0 ? length : 0] = 0;
    const char* const at = strstr(text, "se.nr_migrations");
    return at == nullptr ? -1 : atol(strchr(at, ':') + 1);
}

#endif

constexpr size_t kKi = 1024;

}  // namespace

TEST(this_machine_reads_as_a_topology_with_its_allowed_cpus) {
    NEEDS_CORES(2);
    NEEDS_RAM(1024 * 1024);
    static Machine machine;
    EXPECT_EQ(machine.topology.cpus.size(), port::core_count());
    EXPECT_EQ(first_broken_rule(machine.topology), TopologyRule::none);
    EXPECT(machine.topology.real);
    TopologyRows<1, 1> small;
    Topology none;
    const Status status = read_machine(small.room(), &none);
    EXPECT_EQ(status == Status::exhausted, port::core_count() > 1);
}

TEST(workers_are_tied_to_the_cpus_of_their_plan) {
    NEEDS_CORES(2);
    NEEDS_RAM(1024 * 1024);
    static Machine machine;
    const uint32_t workers = port::core_count() < 2 ? 1 : 2;
    RunningSystem system(small_system(workers).pinning(Pinning::linear));
    for (uint32_t i = 0; i < workers; i++) {
        unit::wait_until([&system, i] { return system.system.place(i).ready; });
        const WorkerPlace place = system.system.place(i);
        EXPECT_EQ(place.cpu, machine.topology.cpu(i).cpu);
        EXPECT_EQ(place.node, machine.topology.cpu(i).node);
        EXPECT_EQ(place.tier, 0);
        EXPECT(place.tied && !place.refused);
    }
    EXPECT_OK(system.system.run([] {}));
}

TEST(more_tied_workers_than_cpus_are_refused) {
    NEEDS_CORES(4);
    MappedStorage storage;
    System system;
    const Config config = small_system(port::core_count() + 1).pinning(Pinning::linear);
    EXPECT_OK(storage.map(config));
    EXPECT_EQ(system.init(config, storage.bytes()), Status::too_few_cpus);
    EXPECT_OK(system.init(config.pinning(Pinning::none), storage.bytes()));
    EXPECT_EQ(system.place(0).cpu, port::kAnyCpu);
    EXPECT_OK(system.shutdown());
}

#ifdef __linux__

// The second CPU is said to be on a node that this machine has not, and so will not bind to.
TEST(what_cannot_be_bound_is_touched_from_a_cpu_of_its_node) {
    NEEDS_CORES(2);  // one core has one place
    static Machine machine;
    if (machine.topology.cpus.size() < 2 || migrations() < 0) return;
    CpuPlace rows[2] = {machine.topology.cpu(0), machine.topology.cpu(1)};
    const MemoryNode nodes[2] = {machine.topology.nodes[0], {0, 0, 0, 900}};
    rows[1].node = nodes[1].number;
    rows[0].node = nodes[0].number;
    Topology two;
    two.nodes = {nodes, 2};
    EXPECT(arrange({rows, 2}, two.nodes));
    two.cpus = {rows, 2};
    two.real = true;
    const Config config = small_system(2).nodes(2).pinning(Pinning::linear);
    MappedStorage storage;
    System system;
    const uint32_t before = port::pinned_cpu();
    EXPECT_OK(storage.map(config));
    EXPECT(port::pin_self_to_cpu(rows[0].cpu));
    const long moved = migrations();
    EXPECT_OK(system.init(config, storage.bytes(), two));
    EXPECT_EQ(migrations() - moved, 2);  // there, and back
    EXPECT_EQ(port::pinned_cpu(), rows[0].cpu);
    EXPECT_EQ(system.pages(1, WorkerMemory::queues).near, 0u);  // it is known where they are
    EXPECT_OK(system.shutdown());
    EXPECT_EQ(port::pinned_cpu(), rows[0].cpu);
    EXPECT(port::pin_self_to_cpu(before));
}

#endif

TEST(a_list_with_a_cpu_that_is_not_here_is_refused) {
    NEEDS_CORES(2);
    NEEDS_RAM(1024 * 1024);
    static constexpr uint32_t kFar[] = {60000};
    MappedStorage storage;
    System system;
    const Config config = small_system(1).pin_to(kFar);
    EXPECT_OK(storage.map(config));
    EXPECT_EQ(system.init(config, storage.bytes()), Status::unknown_cpu);
}

TEST(room_for_fewer_cpus_than_there_are_is_said) {
    NEEDS_CORES(2);
    NEEDS_RAM(1024 * 1024);
    if (port::core_count() < 2) return;
    MappedStorage storage;
    System system;
    const Config config = small_system(1).pinning(Pinning::linear).cpus(1);
    EXPECT_OK(storage.map(config));
    EXPECT_EQ(system.init(config, storage.bytes()), Status::exhausted);
}

TEST(a_host_runs_as_the_machine_that_a_table_describes) {
    NEEDS_CORES(4);
    Elsewhere board("grid nodes 2 clusters 1 cores 2 threads 2",
                    small_system(8).nodes(2).pinning(Pinning::linear));
    EXPECT_OK(board.status);
    board.wait_ready(8);
    for (uint32_t i = 0; i < 8; i++) {
        const WorkerPlace place = board.system.place(i);
        EXPECT_EQ(place.cpu, i);
        EXPECT_EQ(place.node, i / 4);
        EXPECT(!place.tied && !place.refused);
        EXPECT_EQ(board.system.scheduler().worker(i).node(), i / 4);
    }
    EXPECT_OK(board.system.run([] {
        Counter done;
        for (int i = 0; i < 100; i++)
            run(done, [] { yield(); });
        return wait(done);
    }));
}

TEST(a_table_that_breaks_a_rule_is_refused) {
    NEEDS_CORES(4);
    Elsewhere good("grid cores 2", small_system(2).pinning(Pinning::linear));
    EXPECT_OK(good.status);
    Topology bad = good.described.topology;
    bad.nodes = {};
    MappedStorage storage;
    System system;
    const Config config = small_system(2).pinning(Pinning::linear);
    EXPECT_OK(storage.map(config));
    EXPECT_EQ(system.init(config, storage.bytes(), bad), Status::bad_topology);
}

TEST(work_from_outside_goes_to_its_node_and_spills_when_that_is_full) {
    NEEDS_CORES(4);
    Elsewhere two("grid nodes 2",
                  small_system(2).nodes(2).injector_slots(2).pinning(Pinning::linear));
    EXPECT_OK(two.status);
    Scheduler& all = two.system.scheduler();
    EXPECT_EQ(all.nodes(), 2u);
    Counter gate(1), done(7);
    Counter* const held = &gate;
    Counter* const over = &done;
    // Both workers are kept busy meanwhile, so that nobody takes what is looked at.
    Atomic<uint32_t> busy;
    Atomic<uint32_t>* const count = &busy;
    Counter kept;
    const auto keep = [held, count] {
        count->fetch_add_relaxed(1);  // Relaxed: a count.
        unit::wait_until([held] { return held->complete(); });
    };
    EXPECT_OK(two.system.submit_to(1, kept, keep));
    EXPECT_OK(two.system.submit_to(0, kept, [&all, over, count, held] {
        unit::wait_until([count] { return count->load_relaxed() == 1; });  // Relaxed: a count.
        Job job;
        fill_outside_job(
            job, nullptr, [over] { decrement(*over); }, Priority::normal);
        uint32_t taken = 0;
        for (uint32_t i = 0; i < 3; i++)
            taken += all.submit_near(1, job);
        EXPECT_EQ(taken, 3u);
        EXPECT_EQ(all.jobs_at(1, Priority::normal), 2u);
        EXPECT_EQ(all.jobs_at(0, Priority::normal), 1u);
        taken += all.submit_near(1, job);
        EXPECT_EQ(taken, 4u);
        taken += all.submit_near(1, job);
        taken += all.submit_near(0, job);
        EXPECT_EQ(taken, 4u);  // both were full
        decrement(*over, 7 - taken);
        decrement(*held);
    }));
    EXPECT_OK(two.system.run([over] { return wait(*over); }));
    EXPECT_OK(two.system.run([&kept] { return wait(kept); }));
    EXPECT_EQ(two.system.figures().injector_full, 2u);
    EXPECT_PANIC((void)all.submit_near(2, Job{}));
}

TEST(closures_come_from_the_heap_of_their_workers_node) {
    NEEDS_CORES(4);
    Elsewhere two("grid nodes 2",
                  small_system(2).nodes(2).job_memory_bytes(64 * kKi).pinning(Pinning::linear));
    EXPECT_OK(two.status);
    JobMemory& memory = *two.system.scheduler().memory();
    two.wait_ready(2);
    const uint32_t before = memory.heap_figures(1).taken;
    Counter done;
    EXPECT_OK(two.system.submit_to(1, done, [&memory, before] {
        Worker& here = *Worker::current();
        void* const block = here.take_block(200, 8);
        EXPECT(block != nullptr);
        EXPECT_EQ(memory.heap_figures(1).taken, before + 1);
        here.give_block(block, 200, 8);
    }));
    EXPECT_OK(two.system.run([&done] { return wait(done); }));
    EXPECT_EQ(memory.heap_figures(0).takes, 0u);
    EXPECT_EQ(memory.figures().spilled, 0u);
}

TEST(what_is_prefaulted_is_in_and_on_its_node) {
    NEEDS_CORES(4);
    const Config config = small_system(2).small_fibers(3, 8).frame_bytes(256 * kKi).prefault(true);
    RunningSystem system(config);
    const Footprint at = footprint(config);
    const size_t page = port::page_bytes();
    for (uint32_t i = 0; i < 2; i++) {
        unit::wait_until([&system, i] { return system.system.place(i).ready; });
        const WorkerPlace place = system.system.place(i);
        EXPECT(!place.out_of_memory);
        EXPECT_EQ(place.touched, place.to_touch);
        EXPECT_EQ(place.to_touch, at.frames_bytes + 3 * (at.small.stride - at.small.guard_bytes));
        const PageCount stacks = system.system.pages(i, WorkerMemory::stacks);
        EXPECT_EQ(stacks.far, 0u);
        if (stacks.unknown != 0) continue;  // an emulator or a sandbox that does not tell
        EXPECT(stacks.near >= 3 * (at.small.stride - at.small.guard_bytes) / page);
        EXPECT(stacks.absent != 0);  // five fibers more may come
        EXPECT_EQ(system.system.pages(i, WorkerMemory::frames).absent, 0u);
    }
}

TEST(without_prefault_untouched_pages_stay_out) {
    NEEDS_CORES(2);
    NEEDS_RAM(1024 * 1024);
    const Config config = small_system(1).frame_bytes(1024 * kKi);
    RunningSystem system(config);
    EXPECT_EQ(system.system.place(0).to_touch, 0u);
    const PageCount frames = system.system.pages(0, WorkerMemory::frames);
    EXPECT(frames.all() + 1 >= footprint(config).frames_bytes / port::page_bytes());
    if (frames.unknown == 0) EXPECT(frames.absent > frames.near);
}

TEST(pages_of_tied_workers_are_on_their_nodes) {
    NEEDS_CORES(2);
    NEEDS_RAM(1024 * 1024);
    RunningSystem system(small_system(1).pinning(Pinning::linear).prefault(true));
    const WorkerMemory all[] = {WorkerMemory::stacks, WorkerMemory::frames, WorkerMemory::queues};
    for (const WorkerMemory memory : all) {
        const PageCount pages = system.system.pages(0, memory);
        EXPECT(pages.all() != 0);
        EXPECT_EQ(pages.far, 0u);
    }
}

TEST(the_callers_thread_is_tied_as_before_once_its_system_has_ended) {
    NEEDS_CORES(2);
    NEEDS_RAM(1024 * 1024);
    const uint32_t before = port::pinned_cpu();
    RunningSystem system(small_system(1).pinning(Pinning::linear));
    EXPECT_EQ(port::pinned_cpu(), system.system.place(0).cpu);
    EXPECT_OK(system.system.shutdown());
    EXPECT_EQ(port::pinned_cpu(), before);
}

TEST(a_pool_grows_in_idle_moments_once_its_worker_has_worked) {
    NEEDS_CORES(4);
    RunningSystem system(small_system(2).small_fibers(12, 16));
    unit::wait_until([&] { return system.system.place(1).ready; });
    EXPECT(fibers_of(system.system, 1).made <= 3);  // two, and one that a wait took
    expect_soon(system.system, 1, [](const FiberFigures& f) { return f.made >= 12; });
}

TEST(a_worker_that_sleeps_long_gives_spare_stacks_back) {
    NEEDS_CORES(4);
    RunningSystem system(small_system(2).small_fibers(2, 32).trim_after_ms(5));
    Counter gate(1), waiting(20), done;
    Counter* const held = &gate;
    Counter* const left = &waiting;
    EXPECT_OK(system.system.submit_to(1, done, [held, left] {
        Counter parts;
        for (int i = 0; i < 20; i++)
            EXPECT_OK(run_on(1, parts, [held, left] {
                decrement(*left);
                EXPECT_OK(wait(*held));
            }));
        EXPECT_OK(wait(parts));
    }));
    EXPECT_OK(system.system.run([held, left, &done] {
        EXPECT_OK(wait(*left));
        decrement(*held);
        return wait(done);
    }));
    expect_soon(system.system, 1,
                [](const FiberFigures& f) { return f.trimmed >= 15 && f.made <= 5; });
}
