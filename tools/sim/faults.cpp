// faults.cpp - signals end a run, not the program
// SPDX-License-Identifier: MIT
#include "faults.hpp"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <engine.hpp>

namespace weft::sim {
namespace {

constexpr int kSeconds = 5;  // without a switch point

unsigned char signal_stack[64 * 1024];

// Left by a switch to the runner: the signal must not stay blocked.
void leave_run(int signal, const char* what) {
    if (!engine().active()) {
        fprintf(stderr, "sim: %s outside a run\n", what);
        ::signal(signal, SIG_DFL);
        raise(signal);
        _Exit(3);
    }
    engine().fail(what);
}

void on_fault(int signal, siginfo_t* info, void*) {
    char text[80];
    snprintf(text, sizeof text, "fault: signal %d, address %s", signal,
             reinterpret_cast<uintptr_t>(info->si_addr) < 65536 ? "near null" : "not near null");
    leave_run(signal, text);
}

// Twice in a row, so that a machine that is busy elsewhere does not count.
void on_timer(int signal, siginfo_t*, void*) {
    static uint64_t last = 0;
    static bool before = false;
    const uint64_t now = engine().points();
    const bool stands = engine().exploring() && now == last;
    if (stands && before) leave_run(signal, "no end: a core runs without a switch point");
    before = stands;
    last = now;
}

void handle(int signal, void (*handler)(int, siginfo_t*, void*)) {
    struct sigaction action = {};
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART;
    sigaction(signal, &action, nullptr);
}

}  // namespace

void catch_faults() {
    stack_t stack = {};
    stack.ss_sp = signal_stack;
    stack.ss_size = sizeof signal_stack;
    sigaltstack(&stack, nullptr);
    for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT})
        handle(signal, on_fault);
    handle(SIGALRM, on_timer);
    itimerval every = {};
    every.it_interval.tv_sec = every.it_value.tv_sec = kSeconds;
    setitimer(ITIMER_REAL, &every, nullptr);
}

}  // namespace weft::sim
