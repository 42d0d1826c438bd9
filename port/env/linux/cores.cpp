// cores.cpp - Linux: cores are threads, pinned to allowed CPUs on request
// SPDX-License-Identifier: MIT
#include "cores.hpp"
#include "stack_fault.hpp"

#include <pthread.h>
#include <sched.h>
#include <port.hpp>

namespace weft::port {
namespace {

enum SlotState : uint32_t { vacant, taken };

struct Slot {
    uint32_t state;
    pthread_t thread;
    CoreEntry entry;
    void* argument;
    void* alternate;  // signal stack; kept for the slot's next thread
};

Slot slots[kMaxCores];

CpuBits allowed;
pthread_once_t allowed_once = PTHREAD_ONCE_INIT;

bool mask_of_slot(uint32_t slot, CpuBits& only) {
    const CpuBits& all = allowed_cpus();
    for (uint32_t cpu = 0; cpu < kMostCpuNumbers; cpu++) {
        if (!all.has(cpu)) continue;
        if (slot-- > 0) continue;
        only.add(cpu);
        return true;
    }
    return false;
}

void* run_slot(void* argument) {
    Slot* slot = static_cast<Slot*>(argument);
    // Before the entry: its first fault must find a stack to report on.
    const bool armed = arm_alternate_stack(slot->alternate);
    slot->entry(slot->argument);
    if (armed) disarm_alternate_stack(slot->alternate);
    return nullptr;
}

bool create_thread(Slot& slot, const CpuBits* only) {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return false;
    bool ok = only == nullptr ||
              pthread_attr_setaffinity_np(&attributes, sizeof only->words, only->set()) == 0;
    ok = ok && pthread_create(&slot.thread, &attributes, run_slot, &slot) == 0;
    pthread_attr_destroy(&attributes);
    return ok;
}

}  // namespace

const CpuBits& allowed_cpus() {
    pthread_once(&allowed_once, [] {
        if (sched_getaffinity(0, sizeof allowed.words, allowed.set()) != 0) allowed = CpuBits();
    });
    return allowed;
}

uint32_t core_count() {
    const uint32_t count = allowed_cpus().count();
    return count > 0 ? count : 1;
}

namespace {

// Without a CPU, a thread inherits those of its starter.
bool start(uint32_t index, const CpuBits* only, CoreEntry entry, void* argument) {
    if (index >= kMaxCores) return false;
    Slot& slot = slots[index];
    uint32_t expected = vacant;
    // Acquire: pairs with the release in join_core(), so the last thread's use of the slot is over.
    if (!__atomic_compare_exchange_n(&slot.state, &expected, taken, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED))
        return false;
    slot.entry = entry;
    slot.argument = argument;
    if (slot.alternate == nullptr) slot.alternate = make_alternate_stack();
    if (create_thread(slot, only)) return true;
    // Release: the slot is free to overwrite. Pairs with the acquire above.
    __atomic_store_n(&slot.state, uint32_t(vacant), __ATOMIC_RELEASE);
    return false;
}

}  // namespace

bool start_core(uint32_t index, bool pinned, CoreEntry entry, void* argument) {
    CpuBits only;
    if (pinned && !mask_of_slot(index, only)) return false;
    return start(index, pinned ? &only : nullptr, entry, argument);
}

// A starter that is tied to a CPU, and busy there, would keep a thread that inherits this from ever
// leaving.
bool start_core_near(uint32_t index, uint32_t cpu, CoreEntry entry, void* argument) {
    CpuBits only;
    only.add(cpu);
    return (cpu != kAnyCpu && start(index, &only, entry, argument)) ||
           start(index, nullptr, entry, argument);
}

void join_core(uint32_t index) {
    Slot& slot = slots[index];
    pthread_join(slot.thread, nullptr);
    // Release: the slot's fields are free to overwrite. Pairs with the acquire in start().
    __atomic_store_n(&slot.state, uint32_t(vacant), __ATOMIC_RELEASE);
}

bool pin_self(uint32_t slot) {
    CpuBits only;
    return mask_of_slot(slot, only) &&
           pthread_setaffinity_np(pthread_self(), sizeof only.words, only.set()) == 0;
}

}  // namespace weft::port
