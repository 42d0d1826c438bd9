// test_interrupts.cpp - on boards: interrupts that signal, alarms, sleep without a lost wake-up
// SPDX-License-Identifier: MIT
#include <clock.hpp>
#include <core/room.hpp>
#include <interrupts.hpp>
#include <unit/unit.hpp>
#include <weft/weft.hpp>

using namespace weft;

namespace {

constexpr Config kConfig = Config::preset(Preset::tiny).small_fibers(2, 4);
Storage<kConfig> storage;

constexpr uint64_t kMillisecond = 1000000;
constexpr uint32_t kStorm = 2000;
constexpr uint64_t kOverslept = 200 * kMillisecond;  // until the clock's own interrupt

struct Signals {
    System* system;
    Counter* counter;
    Atomic<uint32_t> seen;
} signals;

void signal_counter() {
    // Relaxed: a count, of one core.
    signals.seen.fetch_add_relaxed(1);
    signals.system->decrement_from_interrupt(*signals.counter);
}

port::Parker parker;
uint64_t alarm_at;

void note_alarm(void*) {
    alarm_at = port::now_ns();
    port::unpark(parker);
}

}  // namespace

TEST(an_interrupt_signals_a_counter_and_a_fiber_wakes) {
    System system;
    EXPECT_OK(system.init(kConfig, storage.bytes()));
    port::set_interrupt_handler(WEFT_SPARE_INTERRUPT, signal_counter);
    EXPECT_OK(system.run([&system] {
        for (uint32_t i = 0; i < 10; i++) {
            Counter sampled(1), done;
            signals.system = &system;
            signals.counter = &sampled;
            run(done, [] { port::pend_interrupt(WEFT_SPARE_INTERRUPT); });
            EXPECT_OK(wait(sampled));
            EXPECT_OK(wait(done));
        }
    }));
    port::set_interrupt_handler(WEFT_SPARE_INTERRUPT, nullptr);
}

TEST(a_storm_of_interrupts_loses_no_signal_and_stops_no_job) {
    System system;
    EXPECT_OK(system.init(kConfig, storage.bytes()));
    // Relaxed: no interrupt yet.
    signals.seen.store_relaxed(0);
    port::set_interrupt_handler(WEFT_SPARE_INTERRUPT, signal_counter);
    uint32_t ran = 0;
    EXPECT_OK(system.run([&system, &ran] {
        Counter storm(kStorm), done;
        signals.system = &system;
        signals.counter = &storm;
        uint32_t* const count = &ran;
        for (uint32_t i = 0; i < kStorm; i++) {
            run(done, [count] {
                port::pend_interrupt(WEFT_SPARE_INTERRUPT);
                ++*count;
            });
            if (i % 8 == 7) EXPECT_OK(wait(done));
        }
        EXPECT_OK(wait(done));
        EXPECT_OK(wait(storm));
    }));
    port::set_interrupt_handler(WEFT_SPARE_INTERRUPT, nullptr);
    // Relaxed: the interrupt is off.
    EXPECT_EQ(signals.seen.load_relaxed(), kStorm);
    EXPECT_EQ(ran, kStorm);
}

TEST(an_interrupt_ends_the_sleep_of_a_worker_and_its_fiber_goes_on) {
    System system;
    EXPECT_OK(system.init(kConfig, storage.bytes()));
    EXPECT_OK(system.run([&system] {
        Counter sampled(1);
        signals.system = &system;
        signals.counter = &sampled;
        port::set_alarm(
            port::now_ns() + 2 * kMillisecond, [](void*) { signal_counter(); }, nullptr);
        EXPECT_OK(wait(sampled));
    }));
}

TEST(an_alarm_comes_at_its_time_and_not_before) {
    for (uint64_t later = kMillisecond / 8; later < 20 * kMillisecond; later *= 3) {
        const uint64_t due = port::now_ns() + later;
        alarm_at = 0;
        port::set_alarm(due, note_alarm, nullptr);
        EXPECT(port::park(parker, due + 1000 * kMillisecond));
        EXPECT(alarm_at >= due);
    }
}

TEST(a_token_from_an_interrupt_ends_a_sleep_without_a_deadline) {
    for (uint32_t i = 1; i < 50; i++) {
        port::set_alarm(port::now_ns() + i * 1000, note_alarm, nullptr);
        EXPECT(port::park(parker, port::kNoDeadline));
    }
}

// One of the times that go by before the sleep puts the alarm between the look at the token and it.
TEST(an_alarm_that_comes_as_a_core_falls_asleep_ends_the_sleep) {
    uint32_t late = 0;
    for (uint32_t steps = 0; steps < 1000; steps++) {
        const uint64_t start = port::now_ns();
        port::set_alarm(start + 20000, note_alarm, nullptr);
        for (uint32_t i = 0; i < steps; i++)
            asm volatile("");
        EXPECT(port::park(parker, port::kNoDeadline));
        late += port::now_ns() - start > kOverslept;
    }
    EXPECT(late < 3);  // whoever emulates this may have been kept from it
}

// Of two ends of a period under one mask the clock would see one: the period is longer than what an
// emulator is kept from its work.
TEST(the_clock_goes_on_while_its_interrupt_is_masked) {
    constexpr uint64_t kPeriod = 40 * kMillisecond;
    port::set_alarm(port::now_ns() + kPeriod, note_alarm, nullptr);
    const uintptr_t masked = port::mask_interrupts();
    const uint64_t start = port::now_ns();
    uint64_t last = start;
    bool fell = false;
    for (uint32_t i = 0; i < 100000000 && last < start + 5 * kPeriod / 4; i++) {
        const uint64_t now = port::now_ns();
        fell = fell || now < last;
        last = now;
    }
    port::restore_interrupts(masked);
    EXPECT(!fell);
    EXPECT(last >= start + 5 * kPeriod / 4);
    (void)port::park(parker, port::now_ns());  // the token
}

TEST(the_clock_goes_on_while_the_counter_goes_round) {
    const uint64_t start = port::now_ns();
    port::Parker nobody;
    for (uint32_t i = 1; i <= 8; i++) {
        EXPECT(!port::park(nobody, start + i * 100 * kMillisecond));
        const uint64_t now = port::now_ns() - start;
        EXPECT(now >= i * 100 * kMillisecond);
    }
}

TEST(masks_nest_and_keep_interrupts_out) {
    // Relaxed: of one core.
    signals.seen.store_relaxed(0);
    port::set_interrupt_handler(WEFT_SPARE_INTERRUPT,
                                [] { signals.seen.fetch_add_relaxed(1); });  // Relaxed: a count.
    const uintptr_t outer = port::mask_interrupts();
    const uintptr_t inner = port::mask_interrupts();
    port::pend_interrupt(WEFT_SPARE_INTERRUPT);
    port::restore_interrupts(inner);
    // Relaxed: of one core.
    EXPECT_EQ(signals.seen.load_relaxed(), 0u);
    port::restore_interrupts(outer);
    asm volatile("isb");
    // Relaxed: of one core.
    EXPECT_EQ(signals.seen.load_relaxed(), 1u);
    port::set_interrupt_handler(WEFT_SPARE_INTERRUPT, nullptr);
}

TEST(an_exhausted_system_says_so_and_goes_on) {
    System system;
    EXPECT_OK(system.init(kConfig, storage.bytes()));
    Counter done, gate(1);
    Counter* const closed = &gate;
    uint32_t refused = 0;
    for (uint32_t i = 0; i < 2 * kConfig.injector_slots(); i++)
        refused += system.submit(done, [] {}) == Status::exhausted;
    EXPECT_EQ(refused, kConfig.injector_slots());
    (void)system.pump();
    // More waiters than fibers, four at a time: the core keeps those that came, and they all end.
    for (uint32_t i = 0; i < 4; i++)
        EXPECT_OK(system.submit(done, [closed] { (void)wait(*closed); }));
    (void)system.pump();
    EXPECT(system.figures().all.no_fiber != 0);
    system.decrement_from_interrupt(gate);
    (void)system.pump();
    EXPECT(done.complete());
    EXPECT_OK(system.shutdown());
}

TEST(a_panic_inside_a_job_is_reported_with_its_place) {
    System system;
    EXPECT_OK(system.init(kConfig, storage.bytes()));
    EXPECT_OK(system.submit([] { WEFT_REQUIRE(false && "inside a job"); }));
    static System* broken;
    broken = &system;
    EXPECT_PANIC((void)broken->pump());
    EXPECT_EQ(unit::panic_tag(), file_tag("tests/bare/test_interrupts.cpp"));
    (void)system.shutdown(port::now_ns());
}

TEST(an_illegal_configuration_does_not_start_and_says_which_rule) {
    const Config illegal = kConfig.small_stack_bytes(64);
    System system;
    EXPECT_EQ(system.init(illegal, storage.bytes()), Status::bad_config);
    EXPECT(first_broken_rule(illegal) == ConfigRule::small_stack_not_too_short);
}
