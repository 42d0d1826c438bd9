// engine.cpp - sim: runs, switch points, blocking
// SPDX-License-Identifier: MIT
#include "engine.hpp"

#include <stdlib.h>
#include <string.h>

namespace weft::sim {
namespace {

constexpr uint32_t kMostGraces = 200;  // rounds of a spin in which nobody else does anything

uint64_t mixed(uint64_t hash, uint64_t value) {
    hash ^= value + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
    hash *= 0xff51afd7ed558ccdu;
    return hash ^ (hash >> 32);
}

}  // namespace

Engine& engine() {
    static Engine* const one = new Engine;
    return *one;
}

// ---- runs ----

void Engine::begin(Mode mode) {
    points_++;
    mode_ = mode;
    for (uint32_t i = 0; i < core_limit_; i++)
        cores_[i] = Core();
    core_limit_ = 1;
    writes_ = 0;
    clock_ns_ = 1000000;
    outcome_ = Outcome();
    events_.clear();
    memset(refuse_in, 0, sizeof refuse_in);
    for (FullTimes& times : full)
        times = FullTimes();
    clock_jumps_left = 0;
    clear_space();
    memory.begin_run();
}

Outcome Engine::explore(Body body, Strategy& strategy, const Limits& limits) {
    strategy_ = &strategy;
    limits_ = limits;
    begin(Mode::explore);
    return run(body);
}

Outcome Engine::time(Body body, const Machine& machine) {
    begin(Mode::timed);
    timed.begin_run(machine);
    return run(body);
}

Outcome Engine::run(Body body) {
    body_ = body;
    here_ = &cores_[0];
    here_->entry = [](void*) { engine().body_(); };
    prepare(*here_);
    port::switch_context(&runner_, &here_->context, nullptr);
    mode_ = Mode::off;
    here_ = nullptr;
    return outcome_;
}

void Engine::prepare(Core& core) {
    core.index = uint32_t(&core - cores_);
    core.state = CoreState::ready;
    core.worker = const_cast<unsigned char*>(port::weft_no_worker);
    size_t bytes;
    unsigned char* const stack = stack_of(core.index, &bytes);
    port::init_context(&core.context, stack + bytes, core_main);
}

void Engine::core_main(port::Context*, void*) {
    Engine& all = engine();
    Core& core = all.here();
    if (all.exploring()) all.tick();
    all.note_going_on();
    core.entry(core.argument);
    all.end_core();
    abort();
}

void Engine::end_core() {
    log({EventKind::end, 0, here_->index, 0, 0, 0}, 0);
    here_->state = CoreState::over;
    if (here_->index == 0) {
        for (uint32_t i = 1; i < core_limit_; i++)
            if (cores_[i].state != CoreState::absent) fail("a core still runs at the end");
        if (!all_given_back()) fail("address space was not given back");
        leave();
    }
    for (uint32_t i = 0; i < core_limit_; i++)
        if (cores_[i].state == CoreState::joining && cores_[i].joins == here_->index) {
            cores_[i].state = CoreState::ready;
            if (timing()) timed.wake(cores_[i], here_->time);
        }
    go_to(timing() ? timed.next() : pick());
}

void Engine::leave() {
    port::Context nowhere;
    port::switch_context(&nowhere, &runner_, nullptr);
    abort();
}

void Engine::fail(const std::string& what) {
    outcome_.ending = Ending::failed;
    outcome_.what = what;
    leave();
}

void Engine::fail_race(const Access& earlier, const Access& later) {
    const auto side = [this](const Access& access) {
        const char* const sort =
            (access.bits & kAtomic) != 0
                ? ((access.bits & kWrites) != 0 ? "atomic write" : "atomic read")
                : ((access.bits & kWrites) != 0 ? "write" : "read");
        return std::string(sort) + " by core " + std::to_string(access.core) + " at " +
               place_name(access.place);
    };
    fail("race: " + side(later) + ", not ordered after " + side(earlier));
}

// ---- switch points ----

void Engine::go_to(Core& next) {
    if (&next == here_) return;
    Core& from = *here_;
    here_ = &next;
    port::switch_context(&from.context, &next.context, nullptr);
}

void Engine::point() {
    points_++;
    if (timing()) return timed.point();
    if (++outcome_.steps > limits_.steps) fail("no end after so many steps");
    interrupt();
    go_to(pick());
}

void Engine::block(CoreState state) {
    here_->state = state;
    go_to(timing() ? timed.next() : pick());
    note_going_on();
}

// Where a core goes on not with an access, but with the way to the next switch point: that it did
// is a step of its own, or the state there would be taken for the one before.
void Engine::note_going_on() {
    here_->history = mixed(here_->history, 1);
}

bool Engine::can_go_on(const Core& core) const {
    return core.state == CoreState::ready ||
           (core.state == CoreState::spinning && core.spun_at != writes_);
}

// The running core first, then the others in turn, then deadlines. Spinners that nobody has given
// a reason to look again come only if nobody else can go on.
void Engine::list_options() {
    option_count_ = 0;
    for (uint32_t i = 0; i < core_limit_; i++) {
        const uint32_t index = (here_->index + i) % core_limit_;
        if (can_go_on(cores_[index])) add_option(index);
    }
    if (option_count_ == 0) add_spinner();
    fires_from_ = option_count_;
    for (uint32_t i = 0; i < core_limit_; i++)
        if (cores_[i].state == CoreState::parked && cores_[i].deadline != port::kNoDeadline)
            add_option(i);
}

// The one that has had the fewest rounds of grace.
void Engine::add_spinner() {
    Core* least = nullptr;
    for (uint32_t i = 0; i < core_limit_; i++) {
        Core& core = cores_[i];
        if (core.state == CoreState::spinning && (least == nullptr || core.graces < least->graces))
            least = &core;
    }
    if (least == nullptr || least->graces == kMostGraces) return;
    least->graces++;
    add_option(least->index);
}

Core& Engine::pick() {
    list_options();
    if (option_count_ == 0) fail(stuck());
    uint32_t chosen = 0;
    if (option_count_ > 1) {
        const bool first_runs = fires_from_ != 0 && options_[0] == here_->index;
        chosen =
            ask({ChoiceKind::core, option_count_, options_, first_runs, fires_from_, state_hash()});
    }
    Core& next = cores_[options_[chosen]];
    if (chosen >= fires_from_) {
        next.fired = true;
        if (next.deadline > clock_ns_) clock_ns_ = next.deadline;
    }
    if (next.state == CoreState::spinning && next.spun_at != writes_) next.graces = 0;
    next.state = CoreState::ready;
    return next;
}

// Two runs that did the same on each core, in whatever order, stand in the same state: what each
// read and wrote, and in which order each location was written, is in the cores' histories.
uint64_t Engine::state_hash() const {
    uint64_t hash = clock_ns_;
    for (uint32_t i = 0; i < core_limit_; i++) {
        const Core& core = cores_[i];
        const bool waits = core.state == CoreState::spinning && core.spun_at == writes_;
        hash = mixed(hash, core.history + uint64_t(core.state) * 2 + waits);
    }
    return hash;
}

uint32_t Engine::ask(const Choice& choice) {
    const uint32_t chosen = strategy_->choose(choice);
    if (chosen == Strategy::kAbandon) {
        outcome_.ending = Ending::abandoned;
        leave();
    }
    outcome_.choices.push_back(uint8_t(chosen));
    return chosen < choice.options ? chosen : 0;
}

uint32_t Engine::choose(ChoiceKind kind, uint32_t options) {
    if (!exploring()) return 0;
    const uint32_t chosen = ask({kind, options, nullptr, true, options, 0});
    here_->history = mixed(here_->history, chosen);
    return chosen;
}

void Engine::interrupt() {
    Core& core = *here_;
    if (core.interrupts_left == 0 || core.masked != 0 || core.in_handler) return;
    if (choose(ChoiceKind::interrupt, 2) == 0) return;
    log({EventKind::interrupt, 0, core.index, 0, 0, 0}, 0);
    core.interrupts_left--;
    core.view.join(core.handler_view);
    core.in_handler = true;
    core.handler(core.handler_argument);
    core.in_handler = false;
}

void Engine::tick() {
    Core& core = *here_;
    core.view.happened.at[core.index]++;
    core.view.visible.at[core.index] = core.view.happened.at[core.index];
}

void Engine::log(const Event& event, uintptr_t address) {
    if (!exploring()) return;
    events_.push_back(event);
    events_.back().core = here_->index;
    uint64_t& hash = outcome_.log_hash;
    const uint64_t what = uint64_t(event.kind) << 8 | uint32_t(event.order);
    hash = mixed(hash, what << 32 | uint64_t(here_->index) << 24 | event.name);
    hash = mixed(hash, uint64_t(event.position) << 32 | event.newest);
    here_->history = mixed(mixed(here_->history, what << 32 | event.position), address);
}

std::string Engine::stuck() const {
    std::string text = "stuck: nobody can go on:";
    static const char* const kStates[] = {"absent", "ready", "spins", "parked", "joins", "over"};
    for (uint32_t i = 0; i < core_limit_; i++)
        text += " core " + std::to_string(i) + " " + kStates[unsigned(cores_[i].state)] + ";";
    return text;
}

}  // namespace weft::sim
