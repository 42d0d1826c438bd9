// env.cpp - template: a place to run in, to be filled in: console, clock, memory, cores, park
// SPDX-License-Identifier: MIT
//
// One file to start with; split it by the headings of port.hpp as it grows (port/env/linux did).
// What is right for one core with fixed memory stands; the rest calls unported_env().
#include <port.hpp>

namespace weft::port {

// ==== console and end ===========================================================================

// A UART's data register, semihosting, a pipe. Any context, so take no lock that an interrupted
// caller may hold; what cannot be written is lost. Until then: everything is lost, which is
// allowed.
void write(const char*, size_t) {}

// Print tag (hex) and line with write(), then stop for good with a failure: semihosting exit, a
// breakpoint, a reset by the watchdog. Must not return, allocate, or need any stack to speak of.
void panic(uint32_t, uint32_t) {
    for (;;)
        cpu_relax();
}

// Tells whoever started the program; a board without anybody to tell idles for ever.
void finish(int status) {
    panic(kUnportedEnv, uint32_t(status));
}

// ==== clock =====================================================================================

// Nanoseconds from a timer that keeps counting while cores sleep; widen a 32-bit one in its
// interrupt or by reading high-low-high. Never falls, on any core. No 64-bit division: scale with a
// multiplication and a shift.
uint64_t now_ns() {
    unported_env(__LINE__);
}

// ==== memory ====================================================================================
// Fixed memory: the answers below are the whole truth of a board. A host maps, protects, touches.

size_t page_bytes() {
    return kPageBytes;
}
void* reserve(size_t) {
    return nullptr;
}
void unreserve(void*, size_t) {}
bool guard(void*, size_t) {
    return false;
}
bool unguard(void*, size_t) {
    return false;
}
bool prefault(void*, size_t) {
    return true;
}
void discard(void*, size_t) {}

// ==== cores =====================================================================================

uint32_t core_count() {
    return kMaxCores;
}

// Nobody else takes their time.
uint32_t busy_cores() {
    return core_count();
}

// False for a slot that is taken or out of range, and then nothing has started. A real one writes
// entry and argument where the other core finds them, releases, and wakes it; that core sets its
// stack, enables its FPU, acquires and calls entry.
bool start_core(uint32_t, bool, CoreEntry, void*) {
    return false;
}

// Cores that are no threads stand where they stand.
bool start_core_near(uint32_t slot, uint32_t, CoreEntry entry, void* argument) {
    return start_core(slot, false, entry, argument);
}

// Nothing can have been started, so whoever joins is wrong.
void join_core(uint32_t) {
    unported_env(__LINE__);
}

// The only core is always the first.
bool pin_self(uint32_t slot) {
    return slot == 0;
}

// Loop: take the token if there is one (swap kToken for kEmpty, acquiring); else sleep until an
// interrupt or the deadline (WFI with interrupts masked, so that a token given in between still
// wakes it; WFE; HLT). kNoDeadline sets no timer. Returns false only at the deadline.
bool park(Parker& parker, uint64_t deadline_ns) {
    for (;;) {
        uint32_t token = 1;
        if (compare_and_swap_u32(&parker.state, token, 0)) return true;
        if (deadline_ns != kNoDeadline && now_ns() >= deadline_ns) return false;
        cpu_relax();
    }
}

// Put the token there, releasing the caller's writes, and wake the core (SEV, an IPI) only if it
// sleeps. Called from interrupts too. A second token is the same token.
void unpark(Parker& parker) {
    uint32_t empty = 0;
    compare_and_swap_u32(&parker.state, empty, 1);
}

// ==== topology ==================================================================================
// One core, one node: the answers below are the whole truth of it. With several cores, a row each:
// the board's topology.hpp says the same to the core, as a constant.

size_t cpu_places(CpuPlace* out, size_t most) {
    if (most != 0) out[0] = {};
    return 1;
}
size_t memory_nodes(MemoryNode* out, size_t most) {
    if (most != 0) out[0] = {};
    return 1;
}
size_t node_distances(uint16_t, uint16_t*, size_t) {
    return 0;
}
bool pin_self_to_cpu(uint32_t cpu) {
    return cpu == 0 || cpu == kAnyCpu;
}
uint32_t pinned_cpu() {
    return 0;
}
uint16_t current_node() {
    return 0;
}
bool bind_memory(void*, size_t, uint16_t) {
    return false;
}
int32_t page_node(const void*) {
    return kPageUnknown;
}
void* reserve_large(size_t) {
    return nullptr;
}
bool advise_large(void*, size_t) {
    return false;
}

// ==== current worker ============================================================================

alignas(8) const unsigned char weft_no_worker[kNoWorkerBytes] = {};

void* volatile current_worker_word = const_cast<unsigned char*>(weft_no_worker);

// Out of line: an inlined store could reuse a core's address computed before a switch.
__attribute__((noinline)) void set_current_worker(void* worker) {
    current_worker_word = worker != nullptr ? worker : const_cast<unsigned char*>(weft_no_worker);
}

// ==== stack faults ==============================================================================

// Needs an MMU, an MPU region or a stack limit register, and a stack of its own for the handler.
bool watch_stack_faults(StackFaultHandler) {
    return false;
}

}  // namespace weft::port
