// park.cpp - bare Cortex-M: a token to sleep on, over WFI
// SPDX-License-Identifier: MIT
//
//   empty --unpark--> token --park--> empty            nobody sleeps: one exchange
//   empty --park--> asleep + core --unpark--> token    another core's sleeper gets an interrupt
//
// Without a race: interrupts are masked (PRIMASK) from the look at the token to the WFI, which a
// pending interrupt ends all the same. It is taken when the mask is lifted, and the token looked at
// again. On one core whoever unparks a sleeper is an interrupt, so nothing need wake it.
#include "clock.hpp"
#include "cores.hpp"

namespace weft::port {
namespace {

enum State : uint32_t { empty, token, asleep };  // asleep + n: on core n

// On one core nobody comes in between: interrupts are masked, or are who calls this.
uint32_t swap_state(Parker& parker, uint32_t next) {
    uint32_t seen = empty;
    if constexpr (kMaxCores == 1) {
        volatile uint32_t& state = parker.state;
        seen = state;
        state = next;
        return seen;
    }
    while (!compare_and_swap_u32(&parker.state, seen, next)) {
    }
    return seen;
}

// An interrupt in between ends the sleep as well, so the caller looks again in any case.
void sleep_once(uint64_t deadline_ns) {
    if (deadline_ns != kNoDeadline) wake_at(deadline_ns);
    asm volatile("dsb\n\twfi\n\tisb" ::: "memory");
}

}  // namespace

bool park(Parker& parker, uint64_t deadline_ns) {
    for (;;) {
        const uintptr_t masked = mask_interrupts();
        const bool late = deadline_ns != kNoDeadline && now_ns() >= deadline_ns;
        const bool taken = swap_state(parker, late ? empty : asleep + core_here()) == token;
        if (!late && !taken) sleep_once(deadline_ns);
        // Whoever gave a token while this slept has put it there: taken here, not left behind.
        const bool given = taken || swap_state(parker, empty) == token;
        restore_interrupts(masked);
        if (given) return true;
        if (late) return false;
    }
}

void unpark(Parker& parker) {
    // A higher interrupt in between gives the same token.
    const uint32_t seen = swap_state(parker, token);
    if (kMaxCores > 1 && seen >= asleep && seen - asleep != core_here())
        interrupt_core(seen - asleep);
}

}  // namespace weft::port
