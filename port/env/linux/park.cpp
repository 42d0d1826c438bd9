// park.cpp - Linux: a token to sleep on, over futex
// SPDX-License-Identifier: MIT
//
//   empty --unpark--> token --park--> empty      nobody sleeps: no system call
//   empty --park--> asleep --unpark--> token     the giver wakes the sleeper
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <port.hpp>

namespace weft::port {
namespace {

enum State : uint32_t { empty, token, asleep };

void sleep_while_asleep(uint32_t* state, uint64_t deadline_ns) {
    timespec until;
    until.tv_sec = time_t(deadline_ns / 1000000000u);
    until.tv_nsec = long(deadline_ns % 1000000000u);
    const timespec* limit = deadline_ns == kNoDeadline ? nullptr : &until;
    // BITSET because its deadline is absolute, on the clock that now_ns() reads.
    syscall(SYS_futex, state, FUTEX_WAIT_BITSET_PRIVATE, uint32_t(asleep), limit, nullptr,
            FUTEX_BITSET_MATCH_ANY);
}

}  // namespace

bool park(Parker& parker, uint64_t deadline_ns) {
    for (;;) {
        uint32_t seen = empty;
        // Relaxed: announces the sleep, or has only seen the token, which the exchange takes.
        if (!__atomic_compare_exchange_n(&parker.state, &seen, uint32_t(asleep), false,
                                         __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
            // Acquire: by exchange, not by store. A second giver may have come since, and the token
            // taken for both must bring both givers' writes. Pairs with the exchange in unpark().
            __atomic_exchange_n(&parker.state, uint32_t(empty), __ATOMIC_ACQUIRE);
            return true;
        }
        sleep_while_asleep(&parker.state, deadline_ns);
        // Acquire: pairs with the exchange in unpark(). A spurious wake finds `asleep`, and goes
        // round.
        if (__atomic_exchange_n(&parker.state, uint32_t(empty), __ATOMIC_ACQUIRE) == token)
            return true;
        if (deadline_ns != kNoDeadline && now_ns() >= deadline_ns) return false;
    }
}

void unpark(Parker& parker) {
    // Release: publishes the giver's writes with the token. Pairs with the acquires in park().
    if (__atomic_exchange_n(&parker.state, uint32_t(token), __ATOMIC_RELEASE) == asleep)
        syscall(SYS_futex, &parker.state, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

}  // namespace weft::port
