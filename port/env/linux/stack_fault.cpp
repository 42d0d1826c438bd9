// stack_fault.cpp - Linux: turns a touch of a guard page into a call on another stack
// SPDX-License-Identifier: MIT
#include "stack_fault.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <port.hpp>

namespace weft::port {
namespace {

constexpr size_t kAlternateBytes = 128 * 1024;  // room for a report in a sanitizer build

StackFaultHandler fault_handler;
struct sigaction earlier_segv, earlier_bus;
pthread_mutex_t install_mutex = PTHREAD_MUTEX_INITIALIZER;  // two threads may start rings at once

// A handler that leaves by a context switch must not leave the signal blocked: the next overflow
// would end the process without a word. By hand, since ThreadSanitizer drops SA_NODEFER.
void unblock(int signal) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void on_fault(int signal, siginfo_t* info, void*) {
    unblock(signal);
    // Acquire: pairs with the release store in watch_stack_faults().
    __atomic_load_n(&fault_handler, __ATOMIC_ACQUIRE)(reinterpret_cast<uintptr_t>(info->si_addr));
    // Not ours: whoever was there before gets the fault, which comes again on return.
    sigaction(signal, signal == SIGBUS ? &earlier_bus : &earlier_segv, nullptr);
}

bool install(int signal, struct sigaction* earlier) {
    struct sigaction action = {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    struct sigaction previous;
    if (sigaction(signal, &action, &previous) != 0) return false;
    if (previous.sa_sigaction != on_fault) *earlier = previous;
    return true;
}

pthread_key_t alternate_key;
pthread_once_t alternate_once = PTHREAD_ONCE_INIT;

void drop_own_stack(void* memory) {
    disarm_alternate_stack(memory);
    munmap(memory, kAlternateBytes);
}

void make_key() {
    pthread_key_create(&alternate_key, drop_own_stack);
}

bool has_alternate_stack() {
    stack_t now = {};
    return sigaltstack(nullptr, &now) == 0 && (now.ss_flags & SS_DISABLE) == 0;
}

// Of a thread that was started by others: with it, its stack goes.
bool arm_own_stack() {
    pthread_once(&alternate_once, make_key);
    void* const memory = make_alternate_stack();
    if (memory == nullptr) return false;
    if (arm_alternate_stack(memory) && pthread_setspecific(alternate_key, memory) == 0) return true;
    drop_own_stack(memory);
    return false;
}

}  // namespace

void* make_alternate_stack() {
    void* const memory =
        mmap(nullptr, kAlternateBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? nullptr : memory;
}

bool arm_alternate_stack(void* memory) {
    stack_t stack = {};
    stack.ss_sp = memory;
    stack.ss_size = kAlternateBytes;
    return memory != nullptr && sigaltstack(&stack, nullptr) == 0;
}

void disarm_alternate_stack(void* memory) {
    stack_t off = {};
    off.ss_flags = SS_DISABLE;
    sigaltstack(&off, nullptr);
    tool_forget(memory, kAlternateBytes);
}

bool watch_stack_faults(StackFaultHandler handler) {
    // Release: whatever the handler relies on is visible where a fault runs it. Pairs with the
    // acquire load in on_fault().
    __atomic_store_n(&fault_handler, handler, __ATOMIC_RELEASE);
    if (!has_alternate_stack() && !arm_own_stack()) return false;
    pthread_mutex_lock(&install_mutex);
    const bool installed = install(SIGSEGV, &earlier_segv) && install(SIGBUS, &earlier_bus);
    pthread_mutex_unlock(&install_mutex);
    return installed;
}

}  // namespace weft::port
