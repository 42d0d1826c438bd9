// fiber_ring.cpp - the ring's beginnings and ends
// SPDX-License-Identifier: MIT
#include <weft/fiber/fiber_ring.hpp>

namespace weft {

Status FiberRing::init(const Config& config, Bytes storage, uint32_t worker) {
    const Status status = check_storage(config, storage);
    if (status != Status::ok) return status;
    WEFT_REQUIRE(worker < config.workers());
    const Footprint place = footprint(config);
    const Bytes part = storage.part(place.bytes * worker, place.bytes);
    const Status pooled = pool_.init(config, part, fiber_main, this);
    if (pooled != Status::ok) return pooled;

    worker_ = worker;
    frame_memory_ = part.part(place.frames_offset, place.frames_bytes);
    if (config.prefault() && !prefault(frame_memory_)) {
        shutdown();
        return Status::out_of_memory;
    }
    thread_.info = &thread_info_;
    thread_info_.name = "(thread)";
    if (config.guard() == StackGuard::page) port::watch_stack_faults(on_stack_fault);
    return Status::ok;
}

void FiberRing::shutdown() {
    WEFT_REQUIRE(running_ == nullptr || current() != this);  // called from a fiber
    pool_.shutdown();
    frame_memory_ = {};
}

Fiber* FiberRing::launch(const char* name, FiberEntry entry, Fiber* fiber) {
    fiber->info->name = name;
    pooled_info(*fiber).entry = entry;
    enter(fiber);
    return fiber;
}

uint32_t FiberRing::run() {
    WEFT_REQUIRE(current() == nullptr);  // a ring runs already on this thread
    if (running_ == nullptr) return pool_.in_use();
    port::tool_adopt_thread(thread_info_.tool);
    port::set_current_worker(this);
    switch_fibers(&thread_, running_, nullptr);
    port::set_current_worker(nullptr);
    return pool_.in_use();  // none is runnable, so all that are in use wait
}

uint32_t FiberRing::wake_all(WaitList& list) {
    uint32_t woken = 0;
    while (wake_one(list) != 0)
        woken++;
    return woken;
}

// A fiber's whole life: each round is one spawned function. It goes back to the pool before it
// leaves its stack, which is safe because only this thread takes fibers, and only after the switch.
void FiberRing::fiber_main(port::Context* context, void*) {
    Fiber* self = fiber_of(context);
    port::tool_after_switch(self->info->tool);
    FiberRing* ring = static_cast<FiberRing*>(self->info->owner);
    for (;;) {
        pooled_info(*self).entry(pooled_info(*self).closure);
        Fiber* next = ring->leave(self);
        ring->pool_.release(self);
        switch_fibers(self, next, nullptr);
    }
}

void FiberRing::on_stack_fault(uintptr_t address) {
    const FiberRing* ring = current();
    if (ring == nullptr) return;
    const Fiber* fiber = ring->pool_.owner_of(address);
    if (fiber != nullptr && ring->pool_.in_guard(*fiber, address)) report_overflow(*fiber, address);
}

}  // namespace weft
