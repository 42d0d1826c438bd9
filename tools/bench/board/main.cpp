// main.cpp - instructions of the operations that firmware pays for, counted on an emulated board
// SPDX-License-Identifier: MIT
//
// QEMU with -icount shift=10 executes an instruction each 1024 ns of its clock, so SysTick, read
// directly, counts instructions. Each figure is the difference of two reads around one operation,
// less that of two reads with nothing between, the middle one of several.
#include <interrupts.hpp>
#include <weft/base/text.hpp>
#include <weft/weft.hpp>

using namespace weft;

namespace {

constexpr Config kConfig = Config::preset(Preset::tiny).small_fibers(3, 4);
Storage<kConfig> storage;
System weft_system;

constexpr uint32_t kRepeats = 9;

uint32_t systick() {
    return *reinterpret_cast<volatile uint32_t*>(0xe000e018);
}

// Ticks since `before`; SysTick counts down, and a wrap in between spoils the sample.
uint32_t ticks_since(uint32_t before) {
    const uint32_t now = systick();
    return now <= before ? before - now : ~0u;
}

struct Samples {
    uint32_t ticks[kRepeats];
    uint32_t count = 0;

    void add(uint32_t sample) {
        uint32_t at = count++;
        for (; at > 0 && ticks[at - 1] > sample; at--)
            ticks[at] = ticks[at - 1];
        ticks[at] = sample;
    }
    uint32_t middle() const { return ticks[kRepeats / 2]; }
};

template <class Operation>
WEFT_ALWAYS_INLINE uint32_t ticks_of(Operation operation) {
    Samples samples;
    while (samples.count < kRepeats) {
        const uint32_t before = systick();
        operation();
        samples.add(ticks_since(before));
    }
    return samples.middle();
}

void print(const char* name, uint32_t ticks) {
    const uint32_t empty = ticks_of([] {});
    const uint64_t ns = uint64_t(ticks - empty) * 1000000000u / WEFT_CLOCK_HZ;
    Text<80> line;
    line.add(name).add(".instr,").add_number((ns + 512) / 1024).add(",instructions\n").print();
}

// ---- the raw switch: there and back is two ----

port::Context here, there;
alignas(8) unsigned char there_stack[port::kMinStackBytes];

void come_back(port::Context*, void*) {
    for (;;)
        port::switch_context(&there, &here, nullptr);
}

void count_switch() {
    port::init_context(&there, there_stack + sizeof there_stack, come_back);
    port::switch_context(&here, &there, nullptr);
    const uint32_t both = ticks_of([] { port::switch_context(&here, &there, nullptr); });
    const uint32_t empty = ticks_of([] {});
    print("switch", (both - empty) / 2 + empty);
}

// ---- jobs, frames, interrupts ----

void count_jobs() {
    Counter done;
    Counter* const at = &done;
    print("spawn", ticks_of([at] {
              run(*at, [] {});
              (void)wait(*at);
          }));
    constexpr uint32_t kBatch = 8;
    const uint32_t empty = ticks_of([] {});
    const uint32_t batch = ticks_of([at] {
        for (uint32_t i = 0; i < kBatch; i++)
            run(*at, [] {});
        (void)wait(*at);
    });
    print("spawn_of_8", (batch - empty) / kBatch + empty);
    print("yield", ticks_of([] { yield(); }));
}

void count_frame_memory() {
    const Frame frame = weft_system.frames().begin().value();
    {
        FrameUse use(weft_system.frames(), frame);
        FrameMemory memory = weft_system.frames().memory_here(frame);
        void* volatile block = memory.allocate(16);
        print("frame_alloc", ticks_of([&] { block = memory.allocate(16); }));
    }
    (void)weft_system.frames().end(frame);
}

Counter signalled(kRepeats);
Samples isr_ticks;

void on_interrupt() {
    const uint32_t before = systick();
    weft_system.decrement_from_interrupt(signalled);
    isr_ticks.add(ticks_since(before));
}

// Each interrupt finds the counter as a quiet program leaves it: the last post was taken.
void count_interrupts() {
    port::set_interrupt_handler(WEFT_SPARE_INTERRUPT, on_interrupt);
    while (isr_ticks.count < kRepeats) {
        port::pend_interrupt(WEFT_SPARE_INTERRUPT);
        yield();
        yield();
    }
    port::set_interrupt_handler(WEFT_SPARE_INTERRUPT, nullptr);
    print("isr_signal", isr_ticks.middle());
}

}  // namespace

int main() {
    count_switch();
    WEFT_REQUIRE(weft_system.init(kConfig, storage.bytes()) == Status::ok);
    const Status status = weft_system.run([] {
        count_jobs();
        count_frame_memory();
        count_interrupts();
    });
    return status == Status::ok ? 0 : 1;
}
