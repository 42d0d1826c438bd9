// main.cpp - what a small controller does: a sensor that interrupts, filters, a loop with deadlines
// SPDX-License-Identifier: MIT
//
//   timer interrupt --decrements--> sampled     every 2 ms, 32 times
//   control (high)  waits for it, spawns four filters over the samples, waits for them, decides
//   filters         work in frame memory that is gone when the frame ends
//   watchdog (low)  looks on in between
//
// Every core of the board runs a worker. Everything is static: with this configuration a Cortex-M0
// with 16 KiB of RAM runs it.
#include <clock.hpp>
#include <weft/base/text.hpp>
#include <weft/weft.hpp>

using namespace weft;

namespace {

constexpr Config kConfig =
    Config::preset(Preset::tiny).small_fibers(2, 8).frame_bytes(512).workers(port::kMaxCores);
Storage<kConfig> storage;
System controller;

constexpr uint64_t kPeriodNs = 2000000;
constexpr uint64_t kDeadlineNs = 1500000;  // from a sample to its decision
constexpr uint32_t kRounds = 32;
constexpr uint32_t kFilters = 4;
constexpr uint32_t kWindow = 16;

struct Sensor {
    Atomic<uint32_t> samples{0};
    Atomic<Counter*> waiting{nullptr};
    uint64_t sampled_at = 0;
    uint32_t noise = 1;
    uint16_t window[kWindow] = {};
    uint64_t next = 0;
} sensor;

struct Figures {
    uint32_t rounds, missed, worst_us, looks, decisions;
} figures;

uint32_t as_us(uint64_t ns) {
    return uint32_t(ns / 1000);
}

// In the timer interrupt: one more sample, and whoever waits for it is told.
void on_timer(void*) {
    sensor.noise ^= sensor.noise << 13;
    sensor.noise ^= sensor.noise >> 17;
    sensor.noise ^= sensor.noise << 5;
    // Relaxed: only this interrupt writes it.
    const uint32_t count = sensor.samples.load_relaxed();
    sensor.window[count % kWindow] = uint16_t(2048 + (sensor.noise & 255));
    sensor.sampled_at = port::now_ns();
    // Relaxed: the decrement below publishes.
    sensor.samples.store_relaxed(count + 1);
    // Acquire: the counter is made. Pairs with the release in control().
    Counter* const waiting = sensor.waiting.exchange_acquire(nullptr);
    if (waiting != nullptr) controller.decrement_from_interrupt(*waiting);
    sensor.next += kPeriodNs;
    port::set_alarm(sensor.next, on_timer, nullptr);
}

// A moving average over a part of the window, by way of frame memory.
uint32_t filter(FrameMemory& memory, uint32_t part) {
    constexpr uint32_t kPart = kWindow / kFilters;
    uint32_t* const scaled = memory.allocate_array<uint32_t>(kPart);
    if (scaled == nullptr) return 0;
    uint32_t sum = 0;
    for (uint32_t i = 0; i < kPart; i++) {
        scaled[i] = sensor.window[part * kPart + i] * 4u;
        sum += scaled[i];
    }
    return sum / kPart;
}

Status decide(const Frame& frame) {
    uint32_t results[kFilters] = {};
    uint32_t* const out = results;
    Counter filtered;
    for (uint32_t part = 0; part < kFilters; part++)
        run(filtered, [out, part, &frame] {
            FrameUse use(controller.frames(), frame);
            FrameMemory memory = controller.frames().memory_here(frame);
            out[part] = filter(memory, part);
        });
    const Status status = wait(filtered);
    for (const uint32_t result : results)
        figures.decisions += result > 8192;
    return status;
}

void control() {
    for (figures.rounds = 0; figures.rounds < kRounds; figures.rounds++) {
        Counter sampled(1);
        // Release: publishes the counter. Pairs with the exchange in on_timer().
        sensor.waiting.store_release(&sampled);
        if (wait_until(sampled, port::now_ns() + 4 * kPeriodNs) != Status::ok) break;
        const Result<Frame> frame = controller.frames().begin();
        if (frame.ok() && decide(frame.value()) != Status::ok) break;
        if (frame.ok()) (void)controller.frames().end(frame.value());
        const uint64_t took = port::now_ns() - sensor.sampled_at;
        if (took > kDeadlineNs) figures.missed++;
        if (as_us(took) > figures.worst_us) figures.worst_us = as_us(took);
    }
}

// Sleeps between its looks; so does the core, if there is nothing else.
void look_on() {
    Counter never(1);
    for (; figures.rounds < kRounds; figures.looks++)
        (void)wait_until(never, port::now_ns() + 5 * kPeriodNs);
    decrement(never);
}

uint32_t jobs_of(uint32_t worker) {
    return uint32_t(controller.scheduler().worker(worker).figures().jobs_completed);
}

void report() {
    const SchedulerFigures all = controller.figures();
    Text<120> line;
    // Relaxed: a figure.
    line.add("samples ").add_number(sensor.samples.load_relaxed()).add(", rounds ");
    line.add_number(figures.rounds).add(", deadlines missed ").add_number(figures.missed);
    line.add(", worst ").add_number(figures.worst_us).add(" us\n").print();
    line.add("jobs ").add_number(all.all.jobs_completed).add(", suspensions ");
    line.add_number(all.all.suspensions).add(", sleeps ").add_number(all.all.sleeps);
    line.add(", looks in between ").add_number(figures.looks).add("\n").print();
    line.add("kernel ").add_number(sizeof(System) + sizeof(Worker)).add(" bytes, storage ");
    line.add_number(required_bytes(kConfig)).add(" bytes, 8 fibers\n").print();
    for (uint32_t i = 1; i < all.workers; i++)
        line.add("core ").add_number(i).add(" ran ").add_number(jobs_of(i)).add(" jobs\n").print();
    line.add("frame memory peak ");
    line.add_number(controller.frames().arena_figures(0, 0).peak).add(" bytes\n").print();
}

}  // namespace

int main() {
    Text<80>().add("weft firmware demo: sensor, filters, control loop\n").print();
    WEFT_REQUIRE(controller.init(kConfig, storage.bytes()) == Status::ok);
    sensor.next = port::now_ns() + kPeriodNs;
    port::set_alarm(sensor.next, on_timer, nullptr);
    const Status status = controller.run([] {
        Counter loops;
        run(loops, Priority::high, [] { control(); });
        run(loops, Priority::low, [] { look_on(); });
        return wait(loops);
    });
    port::set_alarm(0, nullptr, nullptr);
    report();
    return status == Status::ok && figures.rounds == kRounds && figures.missed == 0 ? 0 : 1;
}
