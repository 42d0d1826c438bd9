// placement.hpp - where the workers of a system run, and where their memory is
// SPDX-License-Identifier: MIT
//
//   init, once:            topology -> plan -> memory of each part bound to its node
//   each worker's thread:  tie to the CPU, make the own pages, draw up whom to steal from
//
// Who may call: the thread that starts the system, unless said otherwise.
#pragma once
#include <weft/sched/scheduler.hpp>

namespace weft {

class System;

// Where a worker is, and how far it is.
struct WorkerPlace {
    uint32_t cpu;   // port::kAnyCpu: not tied to one
    uint16_t node;  // the topology's index
    uint16_t core;
    uint8_t tier;
    bool tied;           // the machine has tied its thread; not to CPUs that are only described
    bool refused;        // the machine would not: the CPU was taken away since init
    bool ready;          // it runs jobs
    bool out_of_memory;  // so not everything has been touched
    size_t touched, to_touch;  // bytes, for Config::prefault()
};

// Where pages are, as the machine says.
struct PageCount {
    size_t near;     // on the worker's node, or, if it floats, anywhere
    size_t far;      // elsewhere
    size_t absent;   // not touched yet
    size_t unknown;  // the machine does not tell

    size_t all() const { return near + far + absent + unknown; }
};

enum class WorkerMemory : uint8_t { stacks, frames, queues };

class Placement {
 public:
    // Null: asks the machine, if workers are to be tied to CPUs. Statuses: those of read_machine()
    // and plan_pinning(); bad_topology for one that breaks a rule.
    Status plan(System& system, const StoragePlan& plan, Bytes storage, const Topology* topology);
    const Seating* seating() const { return config_.pinned() ? &seating_ : nullptr; }
    const Topology& topology() const { return topology_; }

    // What a worker's thread gets as its argument.
    struct Seat;
    Seat& seat(uint32_t worker) const;
    // Where its thread had best begin.
    uint32_t cpu_to_start(uint32_t worker) const {
        return topology_.real ? cpu_of(worker).cpu : port::kAnyCpu;
    }
    // On the worker's own thread, before its first job. core_refused: its CPU was taken away since
    // the plan; otherwise those of Worker::settle_in().
    Status take_seat(Worker& worker);
    // On worker 0's thread: it is tied to what it was tied to before, or to nothing.
    void leave_seat();

    // Any core, a moment old.
    WorkerPlace place(uint32_t worker) const;
    PageCount pages(uint32_t worker, WorkerMemory memory) const;

 private:
    Status lay_out(Bytes room, const Topology* given);
    void take_seating(Span<uint16_t> nodes, Span<uint16_t> classes);
    void bind_all();
    bool bind(Bytes part, uint32_t node) const;
    void touch_for_others();
    Bytes node_part_of(uint32_t node) const;
    const CpuPlace& cpu_of(uint32_t worker) const { return topology_.cpu(plan_.rows[worker]); }
    uint32_t number_of(uint32_t node) const { return topology_.nodes[node].number; }
    bool tie(Seat& seat, uint32_t worker);
    void draw_order(Seat& seat, Worker& worker);
    void touch(Seat& seat, Worker& worker);
    bool touch_frames(Seat& seat, uint32_t worker);
    Bytes part_of(uint32_t worker, WorkerMemory memory) const;

    Config config_;
    Bytes storage_;
    Footprint at_ = {};
    Topology topology_;
    PinningPlan plan_ = {};
    Seating seating_ = {};
    System* system_ = nullptr;
    uint32_t callers_cpu_ = port::kAnyCpu;
};

struct Placement::Seat {
    static constexpr uint32_t kTied = 1, kRefused = 2, kReady = 4, kShort = 8;

    System* system = nullptr;
    uint32_t worker = 0;
    Atomic<uint32_t> state;
    Atomic<uintptr_t> touched;
    uintptr_t to_touch = 0;
    StealOrder order;
};

static_assert(sizeof(Placement::Seat) <= kSeatBytes, "kSeatBytes in footprint.hpp");

}  // namespace weft
