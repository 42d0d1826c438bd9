// waiting.cpp - sim: what makes a core wait, and what ends that
// SPDX-License-Identifier: MIT
#include "engine.hpp"

namespace weft::sim {
namespace {

enum Token : uint32_t { none, token };

}  // namespace

bool Engine::start(uint32_t slot, port::CoreEntry entry, void* argument) {
    point();
    if (slot == 0 || slot >= (timing() ? port::kMaxCores : kTracked)) return false;
    Core& core = cores_[slot];
    if (core.state != CoreState::absent || refused(Request::start_core)) return false;
    core = Core();
    core.entry = entry;
    core.argument = argument;
    prepare(core);
    for (; core_limit_ <= slot; core_limit_++)
        cores_[core_limit_].index = core_limit_;
    if (timing()) {
        timed.started(core);
        return true;
    }
    core.view = here_->view;
    tick();
    log({EventKind::start, 0, slot, 0, 0, 0}, slot);
    return true;
}

void Engine::join(uint32_t slot) {
    point();
    Core& core = cores_[slot];
    if (core.state != CoreState::over) {
        here_->joins = slot;
        block(CoreState::joining);
    }
    if (exploring()) {
        here_->view.join(core.view);
        log({EventKind::join, 0, slot, 0, 0, 0}, slot);
    }
    core.state = CoreState::absent;
}

void Engine::relax() {
    if (timing()) return timed.relax();
    log({EventKind::relax, 0, 0, 0, 0, 0}, 0);
    here_->spun_at = writes_;
    here_->fresh = true;
    here_->state = CoreState::spinning;
    point();
    note_going_on();
}

uint64_t Engine::exchange_token(uintptr_t address, uint64_t value, int order) {
    if (exploring())
        return memory.change(address, sizeof(uint32_t), Change::exchange, value, order, 0);
    uint32_t& word = *reinterpret_cast<uint32_t*>(address);
    timed.access(address, sizeof word, true, true);
    const uint32_t seen = word;
    word = uint32_t(value);
    return seen;
}

bool Engine::park(port::Parker& parker, uint64_t deadline) {
    const uintptr_t address = reinterpret_cast<uintptr_t>(&parker.state);
    for (;;) {
        if (exchange_token(address, none, __ATOMIC_ACQUIRE) == token) break;
        if (here_->fired || (deadline != port::kNoDeadline && now() >= deadline)) {
            here_->fired = false;
            log({EventKind::timeout, 0, 0, 0, 0, 0}, 0);
            return false;
        }
        here_->parker = &parker;
        here_->deadline = deadline;
        block(CoreState::parked);
        here_->parker = nullptr;
    }
    here_->fired = false;
    return true;
}

void Engine::unpark(port::Parker& parker) {
    exchange_token(reinterpret_cast<uintptr_t>(&parker.state), token, __ATOMIC_RELEASE);
    for (uint32_t i = 0; i < core_limit_; i++) {
        Core& core = cores_[i];
        if (core.state != CoreState::parked || core.parker != &parker) continue;
        core.state = CoreState::ready;
        if (timing()) timed.wake(core, here_->time);
        log({EventKind::wake, 0, i, 0, 0, 0}, i);
    }
}

uint64_t Engine::now() {
    if (timing()) return here_->time;
    if (clock_jumps_left != 0 && choose(ChoiceKind::interrupt, 2) != 0) {
        clock_jumps_left--;
        clock_ns_ += 3600u * 1000000000ull;
    }
    clock_ns_++;
    log({EventKind::clock, 0, 0, 0, 0, 0}, clock_ns_);
    return clock_ns_;
}

// Counts down to the one that is refused.
bool Engine::refused(Request what) {
    uint32_t& left = refuse_in[unsigned(what)];
    return left != 0 && --left == 0;
}

// A refusal is something that its core has seen; what was granted is as it would be anyhow.
bool Engine::refused(port::Room room) {
    FullTimes& times = full[unsigned(room)];
    if (times.left == 0) return false;
    if (times.granted != 0) return --times.granted, false;
    times.left--;
    times.refused++;
    log({EventKind::full, 0, unsigned(room) + 1, 0, 0, 0}, unsigned(room));
    return true;
}

// Registers are saved by one core and loaded by another, in order or it is a race.
void Engine::switch_fibers(void* from, void* to, uint32_t place) {
    if (!exploring()) return;
    memory.plain(reinterpret_cast<uintptr_t>(from), 1, true, place);
    memory.plain(reinterpret_cast<uintptr_t>(to), 1, true, place);
}

}  // namespace weft::sim
