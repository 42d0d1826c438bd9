// timed.cpp - sim: the queue of clocks, and who has which line
// SPDX-License-Identifier: MIT
#include "timed.hpp"

#include "engine.hpp"

namespace weft::sim {

void Timed::begin_run(const Machine& machine) {
    machine_ = &machine;
    figures_ = TimedFigures();
    turns_ = {};
    turn_of_.assign(port::kMaxCores, 0);
    turn_ = 0;
    run_++;
}

void Timed::queue(Core& core, uint64_t time) {
    turn_of_[core.index] = ++turn_;
    turns_.push({time, turn_, core.index});
}

bool Timed::stale(const Turn& turn) const {
    return turn_of_[turn.core] != turn.number;
}

// Whoever runs goes on while no other clock is far behind: the host switches less often so.
void Timed::point() {
    Core& core = engine_.here();
    while (!turns_.empty() && stale(turns_.top()))
        turns_.pop();
    if (turns_.empty() || turns_.top().time + machine_->costs.ahead >= core.time) return;
    queue(core, core.time);
    engine_.go_to(next());
}

// Of a core that waits: its deadline, if it has one, stands in the queue.
Core& Timed::next() {
    Core& leaving = engine_.here();
    if (leaving.state == CoreState::parked && leaving.deadline != port::kNoDeadline)
        queue(leaving, leaving.deadline);
    while (!turns_.empty() && stale(turns_.top()))
        turns_.pop();
    if (turns_.empty()) engine_.fail(engine_.stuck());
    const Turn turn = turns_.top();
    turns_.pop();
    turn_of_[turn.core] = 0;
    Core& core = engine_.core(turn.core);
    if (core.state == CoreState::parked) core.fired = true;
    core.state = CoreState::ready;
    if (turn.time > core.time) core.time = turn.time;
    return core;
}

void Timed::started(Core& core) {
    queue(core, engine_.here().time + machine_->costs.wake);
}

void Timed::wake(Core& core, uint64_t now) {
    figures_.wakes++;
    engine_.here().time += machine_->costs.waking;
    const uint64_t from = core.time > now ? core.time : now;
    queue(core, from + machine_->costs.wake);
}

void Timed::relax() {
    engine_.here().time += machine_->costs.pause;
    point();
}

// Two threads of one core slow each other down, as far as the other is awake when this begins.
void Timed::work(uint64_t ns) {
    Core& core = engine_.here();
    const CpuPlace& place = machine_->cpus[core.index];
    for (unsigned i = 0; i < place.efficiency; i++)
        ns = ns * machine_->costs.efficient_pct / 100;
    bool shared = false;
    for (uint32_t i = core.index - place.smt;
         i < machine_->cpus.size() && machine_->cpus[i].core == place.core; i++) {
        const CoreState state = engine_.core(i).state;
        shared |= i != core.index && state == CoreState::ready;
    }
    core.time += shared ? ns * machine_->costs.shared_core_pct / 100 : ns;
    point();
}

// The running core waits for the line.
void Timed::come(uint32_t from) {
    Core& core = engine_.here();
    core.time += machine_->line_cost(from, core.index);
    figures_.lines_from[unsigned(machine_->between(from, core.index))]++;
}

void Timed::touch(Line& line, bool writes) {
    Core& core = engine_.here();
    uint64_t& mine = line.holders[core.index / 64];
    const uint64_t bit = uint64_t(1) << (core.index % 64);
    const bool here = (mine & bit) != 0;
    if (here && (line.count == 1 || !writes)) return;
    if (line.count != 0)
        come(writes ? machine_->farthest(line.holders, core.index)
                    : machine_->nearest(line.holders, core.index));
    if (writes) {
        line.holders = {};
        line.count = 0;
    }
    line.count += (mine & bit) == 0;
    mine |= bit;
}

Timed::Page& Timed::page_of(uintptr_t number) {
    uint32_t at = uint32_t((number * 0x9e3779b97f4a7c15u) >> 40) & (kPages - 1);
    while (pages_[at] != nullptr && pages_[at]->number != number)
        at = (at + 1) & (kPages - 1);
    Page*& page = pages_[at];
    if (page == nullptr) page = new Page;
    if (page->run != run_) {
        *page = Page();
        page->number = number;
        page->run = run_;
    }
    return *page;
}

// A line that nobody has touched yet is whoever touches it first's.
void Timed::access(uintptr_t address, size_t bytes, bool writes, bool atomic) {
    Core& core = engine_.here();
    if (atomic) {
        core.time += machine_->costs.access;
        point();
    }
    for (uintptr_t at = address >> 6; at <= (address + bytes - 1) >> 6; at++) {
        touch(page_of(at / kLines).lines[at % kLines], writes);
    }
}

}  // namespace weft::sim
