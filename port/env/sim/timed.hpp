// timed.hpp - sim: time instead of choices: what each access costs on a machine of a given shape
// SPDX-License-Identifier: MIT
//
// Discrete events: each core has a clock, and the core whose clock is least goes on, until it is a
// little ahead (Costs::ahead) of the next. What else a program does takes no time unless it says so
// (sim::work). Plain accesses cost only if their line is not here.
//
// Lines, as directories and snoop filters keep them: one writer, or any number of readers.
// - A read of a line that is elsewhere costs the way from the nearest core that has it: caches
//   forward shared lines within a cluster and a node.
// - A write to a line that others have costs the way to the farthest of them: all must have given
//   it up.
// Not shown: that accesses to one line queue behind each other.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <queue>
#include <vector>

#include "machine.hpp"

namespace weft::sim {

class Engine;
struct Core;

struct TimedFigures {
    uint64_t lines_from[kDistances] = {};  // lines that came from so far
    uint64_t wakes = 0;
};

class Timed {
 public:
    explicit Timed(Engine& engine) : engine_(engine) {}

    void begin_run(const Machine& machine);
    const Machine& machine() const { return *machine_; }
    const TimedFigures& figures() const { return figures_; }

    // Of the running core.
    void point();
    void relax();
    void work(uint64_t ns);
    void access(uintptr_t address, size_t bytes, bool writes, bool atomic);
    void started(Core& core);
    void wake(Core& core, uint64_t now);
    // Takes the core whose clock is least off the queue.
    Core& next();

 private:
    struct Line {
        CpuSet holders = {};
        uint16_t count = 0;  // of holders
    };
    struct Turn {
        uint64_t time;
        uint64_t number;  // older ones first, so that equals take turns
        uint32_t core;
        bool operator<(const Turn& other) const {
            return time != other.time ? time > other.time : number > other.number;
        }
    };

    void queue(Core& core, uint64_t time);
    void touch(Line& line, bool writes);
    void come(uint32_t from);
    bool stale(const Turn& turn) const;

    Engine& engine_;
    const Machine* machine_ = nullptr;
    TimedFigures figures_;
    std::priority_queue<Turn> turns_;
    std::vector<uint64_t> turn_of_;  // each core's, the one that counts
    std::vector<uint32_t> busy_;     // threads at work on each core
    uint64_t turn_ = 0;
    // Lines by page, found by hash; a page that an earlier run used is cleared when it is next met.
    static constexpr uint32_t kLines = 64, kPages = 1u << 18;
    struct Page {
        uintptr_t number = 0;
        uint32_t run = 0;
        Line lines[kLines];
    };
    Page& page_of(uintptr_t number);

    uint32_t run_ = 0;
    std::vector<Page*> pages_ = std::vector<Page*>(kPages);
};

}  // namespace weft::sim
