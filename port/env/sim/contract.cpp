// contract.cpp - sim: the port's functions, and what scenarios ask beyond them
// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <unistd.h>

#include "engine.hpp"

extern "C" alignas(64) const
    unsigned char weft::port::weft_no_worker[weft::port::kNoWorkerBytes] = {};

namespace {

weft::sim::Engine& all() {
    return weft::sim::engine();
}

}  // namespace

extern "C" void* weft_sim_worker() {
    if (!all().active()) return const_cast<unsigned char*>(weft::port::weft_no_worker);
    return all().here().worker;
}
extern "C" void weft_sim_relax() {
    if (all().active()) all().relax();
}
extern "C" uint64_t weft_sim_cycles() {
    return all().active() ? all().now() : 1;
}
extern "C" void weft_sim_switch(void* from, void* to) {
    const uintptr_t place = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
    if (all().active()) all().switch_fibers(from, to, uint32_t(place));
}
extern "C" uintptr_t weft_sim_mask() {
    return all().active() ? all().here().masked++ : 0;
}
extern "C" void weft_sim_unmask(uintptr_t masked) {
    if (all().active()) all().here().masked = uint32_t(masked);
}
extern "C" bool weft_sim_refuses(unsigned room) {
    return all().active() && all().refused(weft::port::Room(room));
}
extern "C" void weft_sim_took(uint32_t victim, uint32_t count) {
    if (all().timing()) all().timed.took(victim, count);
}

namespace weft::port {

// ==== console and end ====

void write(const char* text, size_t bytes) {
    if (all().active()) return all().say(text, bytes);
    while (bytes > 0) {
        const ssize_t written = ::write(STDOUT_FILENO, text, bytes);
        if (written <= 0) return;
        text += written;
        bytes -= size_t(written);
    }
}

void panic(uint32_t file_tag, uint32_t line) {
    if (!all().active()) abort();
    char text[80];
    snprintf(text, sizeof text, "panic at %08x:%u", file_tag, line);
    all().fail(text);
}

void finish(int status) {
    exit(status);
}

// ==== clock ====

uint64_t now_ns() {
    return all().active() ? all().now() : 0;
}

// ==== cores ====

uint32_t core_count() {
    return all().timing() ? uint32_t(all().timed.machine().cpus.size()) : sim::kTracked;
}
uint32_t busy_cores() {
    return core_count();
}
bool start_core(uint32_t slot, bool, CoreEntry entry, void* argument) {
    return all().start(slot, entry, argument);
}
bool start_core_near(uint32_t slot, uint32_t, CoreEntry entry, void* argument) {
    return all().start(slot, entry, argument);
}
void join_core(uint32_t slot) {
    all().join(slot);
}
bool pin_self(uint32_t slot) {
    return slot < core_count();
}
bool park(Parker& parker, uint64_t deadline_ns) {
    return all().park(parker, deadline_ns);
}
void unpark(Parker& parker) {
    all().unpark(parker);
}

// ==== current worker ====

void set_current_worker(void* worker) {
    all().here().worker = worker != nullptr ? worker : const_cast<unsigned char*>(weft_no_worker);
}

// ==== stack faults ====

// The runner reports every fault as the end of a run.
bool watch_stack_faults(StackFaultHandler) {
    return true;
}

}  // namespace weft::port

namespace weft::sim {

void fail(const char* file, uint32_t line, const char* what) {
    all().fail(std::string(file) + ":" + std::to_string(line) + ": " + what);
}

uint32_t core() {
    return all().here().index;
}

uint32_t choose(uint32_t options) {
    return all().choose(ChoiceKind::own, options);
}

void on_interrupt(uint32_t core, Handler handler, void* argument, uint32_t most) {
    Core& there = all().core(core);
    there.handler = handler;
    there.handler_argument = argument;
    there.interrupts_left = most;
    there.handler_view = all().here().view;
}

void refuse(Request what, uint32_t nth) {
    all().refuse_in[unsigned(what)] = nth;
}

void refuse(port::Room room, uint32_t nth, uint32_t times) {
    all().full[unsigned(room)] = {nth - 1, times, 0};
}
uint32_t refusals(port::Room room) {
    return all().full[unsigned(room)].refused;
}

void let_clock_jump(uint32_t most) {
    all().clock_jumps_left = most;
}

void work(uint64_t ns) {
    if (all().timing()) all().timed.work(ns);
}

void count(bool on) {
    all().timed.count(on);
}

}  // namespace weft::sim
