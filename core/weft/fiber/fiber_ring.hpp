// fiber_ring.hpp - fibers of one thread that take turns: spawn, yield, wait, wake
// SPDX-License-Identifier: MIT
//
//        behind_            running_
//           v                  v
//   .-> [ fiber ] ---next--> [ fiber ] ---next--> [ fiber ] --.      runnable fibers, in a circle
//   '---------------------------------------------------------'
//
// The circle is the queue: a yield only moves both pointers on, so everything older runs first. A
// fiber that waits leaves the circle, and enters it again just behind the one that runs. When the
// circle is empty, run() returns to its caller.
//
// All calls come from the ring's one thread. Calls outside a fiber say so.
#pragma once
#include <weft/base/list.hpp>
#include <weft/fiber/fiber_pool.hpp>

namespace weft {

class FiberRing;

// Fibers that wait for the same thing, oldest first. Zero-initialised is empty; no limit.
class WaitList {
 public:
    bool empty() const { return waiting_.empty(); }

 private:
    friend class FiberRing;
    Chain<Fiber, &Fiber::next> waiting_;
};

class FiberRing {
 public:
    FiberRing() = default;
    ~FiberRing() { shutdown(); }
    FiberRing(const FiberRing&) = delete;
    FiberRing& operator=(const FiberRing&) = delete;

    // `storage` is the whole system's; the ring takes worker `worker`'s part of it. Statuses: those
    // of FiberPool::init(). Overflows of guarded stacks are reported from here on.
    Status init(const Config& config, Bytes storage, uint32_t worker = 0);

    // Outside a fiber. Panics while fibers wait: they would never end.
    void shutdown();

    // Queues function() on a fiber of its own; null when the pool is exhausted. The closure is
    // copied: at most four words, plain bytes. `name` must outlive the fiber. In or outside fibers.
    template <class Function>
    Fiber* spawn(const char* name, Function function, StackClass stack_class = StackClass::small);

    // Outside a fiber. Runs until no fiber is runnable; returns how many wait.
    uint32_t run();

    // Anywhere on the ring's thread: the oldest, or all, become runnable. Returns how many.
    uint32_t wake_one(WaitList& list);
    uint32_t wake_all(WaitList& list);

    // Null outside run().
    static FiberRing* current() {
        return port::has_worker() ? static_cast<FiberRing*>(port::current_worker()) : nullptr;
    }
    Fiber* running() const { return running_; }
    FiberPool& pool() { return pool_; }
    uint32_t worker() const { return worker_; }
    Bytes frame_memory() const { return frame_memory_; }

    void yield_running();
    void wait_running(WaitList& list);

 private:
    [[noreturn]] static void fiber_main(port::Context* context, void* pass);
    static void on_stack_fault(uintptr_t address);
    Fiber* launch(const char* name, FiberEntry entry, Fiber* fiber);
    Fiber* leave(Fiber* self);
    void enter(Fiber* fiber);

    // running_ and behind_ stand apart: side by side, gcc writes both with one wide store, and the
    // narrow load of the next yield cannot be forwarded from it (4.3 ns a yield instead of 1.4).
    Fiber* running_ = nullptr;
    Bytes frame_memory_;
    uint32_t worker_ = 0;
    Fiber* behind_ = nullptr;
    Fiber thread_;  // the context of run()'s caller
    FiberInfo thread_info_;
    FiberPool pool_;
};

// For fibers of a ring; jobs have their own (sched/spawn.hpp).
namespace ring {

// In a fiber: goes behind every other runnable fiber.
void yield();
// In a fiber: sleeps until somebody wakes the list.
void wait(WaitList& list);
// In a fiber: see FiberRing.
uint32_t wake_one(WaitList& list);
uint32_t wake_all(WaitList& list);
// In a fiber: one of its kFiberLocals words, null at first.
void*& fiber_local(uint32_t slot);

}  // namespace ring
}  // namespace weft

#include <weft/fiber/fiber_ring_inline.hpp>
