// clock.cpp - bare Cortex-M: nanoseconds and deadlines from SysTick, without a tick
// SPDX-License-Identifier: MIT
//
//   SysTick counts LOAD, ..., 1, 0 and over; at 0 it interrupts, and a period of LOAD + 1 ticks is
//   added to `ticks_before`. Without a deadline a period is as long as 24 bits allow; for a nearer
//   deadline it is begun anew, shorter.
//
// Beginning anew loses the few ticks between reading the counter and writing it: kRestartTicks are
// added. With several cores all read one timer of the board, and SysTick only wakes.
#include "clock.hpp"

#include "machine.hpp"

namespace weft::port {

using namespace machine;

namespace {

constexpr uint32_t kLongest = 0xffffff;
constexpr uint32_t kShortest = 64;     // ticks: a deadline nearer than this is met by looking again
constexpr uint32_t kRestartTicks = 0;  // QEMU executes nothing in between; measure on silicon

// Per core: each has its own SysTick.
struct Period {
    uint64_t ticks_before;
    uint32_t length;
    uint64_t alarm_ns;
    AlarmFunction alarm;
    void* argument;
};
Period periods[kMaxCores];

constexpr unsigned kScaleBits = 20;
constexpr uint64_t kNsPerTick =
    ((uint64_t(1000000000) << kScaleBits) + WEFT_CLOCK_HZ / 2) / WEFT_CLOCK_HZ;  // by the compiler
constexpr uint32_t kTicksPerNs = uint32_t((uint64_t(WEFT_CLOCK_HZ) << 32) / 1000000000);
static_assert(WEFT_CLOCK_HZ < 1000000000, "the board's clock: below 1 GHz");

// In halves, since 64 bits times 64 bits does not fit.
uint64_t to_ns(uint64_t ticks) {
    const uint64_t low = uint64_t(uint32_t(ticks)) * kNsPerTick >> kScaleBits;
    return low + ((uint64_t(uint32_t(ticks >> 32)) * kNsPerTick) << (32 - kScaleBits));
}

void begin_period(Period& period, uint32_t length) {
    period.length = length;
    reg(kSysTickReload) = length - 1;
    reg(kSysTickCurrent) = 0;  // any write: reads 0 for a moment, then counts down from the reload
}

// Ticks of the running period. Zero is its end: the interrupt that adds it is then pending.
uint32_t ticks_within(const Period& period) {
    const uint32_t left = reg(kSysTickCurrent);
    return left == 0 ? 0 : period.length - left;
}

bool end_is_pending() {
    return (reg(kInterruptState) & kSysTickPending) != 0;
}

// Interrupts masked.
uint64_t systick_ticks(const Period& period) {
    uint32_t within = ticks_within(period);
    if (!end_is_pending()) return period.ticks_before + within;
    within = ticks_within(period);  // it may have ended between the two looks
    return period.ticks_before + period.length + within;
}

// Interrupts masked. Ends the running period here and begins another. An end that came meanwhile is
// in the sum, and must not come again by its interrupt.
void restart(Period& period, uint32_t length) {
    period.ticks_before = systick_ticks(period) + kRestartTicks;
    begin_period(period, length);
    reg(kInterruptState) = kPendSysTickClear;
}

#if WEFT_CORES > 1
// The board's shared 32-bit timer counts down; whoever reads it first after a wrap counts that.
uint32_t shared_high, shared_low;
uint32_t shared_lock;

uint64_t clock_ticks() {
    const uintptr_t masked = mask_interrupts();
    uint32_t open = 0;
    while (!compare_and_swap_u32(&shared_lock, open, 1)) {
        open = 0;
        cpu_relax();
    }
    const uint32_t low = ~reg(WEFT_CLOCK_ADDRESS + 4);
    if (low < shared_low) shared_high++;
    shared_low = low;
    const uint64_t ticks = uint64_t(shared_high) << 32 | low;
    uint32_t taken = 1;
    compare_and_swap_u32(&shared_lock, taken, 0);
    restore_interrupts(masked);
    return ticks;
}
#else
uint64_t clock_ticks() {
    const uintptr_t masked = mask_interrupts();
    const uint64_t ticks = systick_ticks(periods[0]);
    restore_interrupts(masked);
    return ticks;
}
#endif

}  // namespace

uint64_t now_ns() {
    return to_ns(clock_ticks());
}

void start_clock() {
#if WEFT_CORES > 1
    if (core_here() == 0) {
        reg(WEFT_CLOCK_ADDRESS + 8) = 0xffffffff;  // CMSDK APB timer: reload, value, on
        reg(WEFT_CLOCK_ADDRESS + 4) = 0xffffffff;
        reg(WEFT_CLOCK_ADDRESS) = 1;
    }
#endif
    begin_period(periods[core_here()], kLongest + 1);
    reg(kSysTickControl) = 7;  // the core's clock, interrupt, on
}

void wake_at(uint64_t deadline_ns) {
    Period& period = periods[core_here()];
    const uint64_t now = now_ns();
    const uint64_t left_ns = deadline_ns > now ? deadline_ns - now : 0;
    uint64_t ticks =
        left_ns >> 32 != 0 ? kLongest : (uint64_t(uint32_t(left_ns)) * kTicksPerNs >> 32) + 1;
    if (ticks < kShortest) ticks = kShortest;
    if (ticks > kLongest) ticks = kLongest + 1;
    const uint32_t left = period.length - ticks_within(period);
    if (left <= ticks || end_is_pending()) return;  // it ends before that anyway
    restart(period, uint32_t(ticks));
}

void set_alarm(uint64_t at_ns, AlarmFunction function, void* argument) {
    const uintptr_t masked = mask_interrupts();
    Period& period = periods[core_here()];
    period.alarm_ns = at_ns;
    period.alarm = function;
    period.argument = argument;
    wake_at(at_ns);
    restore_interrupts(masked);
}

// Between periods: the counter has gone round and counts a period of the same length.
extern "C" void weft_systick() {
    const uintptr_t masked = mask_interrupts();
    Period& period = periods[core_here()];
    period.ticks_before += period.length;
    if (period.length != kLongest + 1) restart(period, kLongest + 1);
    const uint64_t now = now_ns();  // also sees every wrap of a shared timer
    const AlarmFunction alarm = period.alarm;
    const bool due = alarm != nullptr && now >= period.alarm_ns;
    if (due) period.alarm = nullptr;
    if (alarm != nullptr && !due) wake_at(period.alarm_ns);
    restore_interrupts(masked);
    if (due) alarm(period.argument);
}

}  // namespace weft::port
