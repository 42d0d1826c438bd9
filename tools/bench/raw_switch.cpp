// raw_switch.cpp - the port's switch by itself: the floor under everything that suspends
// SPDX-License-Identifier: MIT
//
// Ping-pong: both contexts' addresses are known where they are used, as in a generator.
// Rings: the next context is read through a link. Stacks and contexts lie as FiberPool lays them.
#include "bench.hpp"

namespace bench {
namespace {

using namespace weft;

alignas(port::kCacheLine) port::Context ping, pong;

[[noreturn]] void answer(port::Context*, void*) {
    for (;;)
        port::switch_context(&pong, &ping, nullptr);
}

class RawRing {
 public:
    // Each fiber's successor lies `step` further in memory; step 1 is the order of spawning.
    RawRing(uint32_t fibers, uint32_t step) : fibers_(fibers) {
        const Config config = config_of(fibers);
        must(storage_.map(config) == Status::ok);
        must(pool_.init(config, storage_.bytes(), follow, nullptr) == Status::ok);
        lead_ = pool_.acquire(StackClass::small);
        for (uint32_t i = 1; i < fibers; i++) {
            Fiber* fiber = pool_.acquire(StackClass::small);
            if (fiber < lead_) lead_ = fiber;
        }
        for (uint32_t i = 0; i < fibers; i++)
            lead_[i].next = &lead_[(i + step) % fibers];
        port::init_context(&lead_->context, lead_->info->stack.top, lead);
    }

    uint64_t run(uint64_t count) {
        laps_ = count / fibers_ + 1;
        const Stopwatch watch;
        port::switch_context(&thread_, &lead_->context, this);
        return watch.ns() * count / (laps_ * fibers_);
    }

 private:
    [[noreturn]] static void follow(port::Context* self, void* pass) {
        for (;;) {
            const port::Switched on =
                port::switch_context(self, &fiber_of(self)->next->context, pass);
            self = on.self;
            pass = on.pass;
        }
    }

    [[noreturn]] static void lead(port::Context* self, void* pass) {
        RawRing* ring = static_cast<RawRing*>(pass);
        for (;;) {
            for (uint64_t lap = ring->laps_; lap > 0; lap--)
                port::switch_context(self, &fiber_of(self)->next->context, nullptr);
            port::switch_context(self, &ring->thread_, nullptr);
        }
    }

    uint32_t fibers_;
    uint64_t laps_ = 0;
    Fiber* lead_ = nullptr;
    MappedStorage storage_;
    FiberPool pool_;
    alignas(port::kCacheLine) port::Context thread_ = {};
};

uint64_t pingpong(uint64_t count) {
    alignas(port::kStackAlign) static unsigned char stack[64 * 1024];
    port::init_context(&pong, stack + sizeof stack, answer);
    const Stopwatch watch;
    for (uint64_t i = 0; i < count; i += 2)
        port::switch_context(&ping, &pong, nullptr);
    return watch.ns();
}

template <uint32_t kFibers, uint32_t kStep>
uint64_t around(uint64_t count) {
    static RawRing ring(kFibers, kStep);
    return ring.run(count);
}

constexpr Variant kVariants[] = {
    {"switch.pingpong.ns", pingpong},
    {"switch.ring2.ns", around<2, 1>},
    {"switch.ring64.ns", around<64, 1>},
    {"switch.ring1000.ns", around<1000, 1>},
    {"switch.ring1000.scattered.ns", around<1000, kScatter>},
};

}  // namespace

Span<const Variant> raw_switches() {
    return kVariants;
}

}  // namespace bench
