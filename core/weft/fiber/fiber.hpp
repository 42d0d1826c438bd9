// fiber.hpp - one fiber: a dense control block that a switch touches, and the rest apart
// SPDX-License-Identifier: MIT
//
//   Fiber      one cache line: saved registers, list link, flags       hot: every switch
//   FiberInfo  name, stack bounds, closure, fiber-local slots          cold: start, end, reports
//   stack      elsewhere; its top is coloured
//
// Both stand in arrays, so that a thousand fibers' registers are 64 KiB side by side rather than a
// thousand pages, and a debugger can list all fibers by walking an array.
#pragma once
#include <port.hpp>
#include <weft/base/require.hpp>
#include <weft/base/status.hpp>
#include <weft/config/footprint.hpp>
#include <weft/fiber/stack.hpp>

namespace weft {

enum class StackClass : uint8_t { small, large };

enum class FiberState : uint8_t {
    bare,      // no stack made, or trimmed
    pooled,    // ready to be taken
    runnable,  // running, or waiting for its turn
    waiting,   // in a wait list
};

struct FiberInfo;
class FiberPool;

// What waits in a list: a fiber, or somebody who has none (sched/wait.hpp).
enum class WaiterKind : uint8_t { fiber, thread, job };

constexpr uint16_t kNoWorker = 0xffff;

struct alignas(port::kCacheLine) Fiber {
    static constexpr bool kWide = sizeof(void*) == 4;

    port::Context context = {};  // first: a Context* is a Fiber*
    Fiber* next = nullptr;       // of the one list that the fiber is in: ready, waiting or pooled
    Fiber* previous = nullptr;   // in lists that fibers leave from anywhere
    FiberInfo* info = nullptr;
    FiberState state = FiberState::bare;
    WaiterKind kind = WaiterKind::fiber;
    // Packed where pointers are long.
    StackClass stack_class : kWide ? 8 : 4;
    bool has_canary : kWide ? 8 : 1;
    bool has_locals : kWide ? 8 : 1;   // fiber-locals that may not be null
    uint8_t priority : kWide ? 8 : 2;  // of what it runs, while it does not
    Status outcome = Status::ok;       // of its last wait
    uint16_t home = 0;                 // the worker whose pool made it
    uint16_t worker = kNoWorker;       // the only one that may run it, if any

    // A fiber that any worker may run.
    bool plain() const { return kind == WaiterKind::fiber && worker == kNoWorker; }

    // Of a thread, which is switched from and to and no more: zeros.
    enum Thread { kThread };
    explicit Fiber(Thread)
        : stack_class(StackClass::small),
          has_canary(false),
          has_locals(false),
          priority(0),
          worker(0) {}
    Fiber() : stack_class(StackClass::small), has_canary(false), has_locals(false), priority(1) {}
};
static_assert(offsetof(Fiber, context) == 0, "Fiber: fiber_of() casts");
static_assert(sizeof(Fiber) == kFiberBytes, "kFiberBytes in footprint.hpp");
static_assert(sizeof(void*) == 4 || WEFT_SWITCH_FP_CONTROL || sizeof(Fiber) <= 64,
              "Fiber: one cache line");

using FiberEntry = void (*)(void* closure);

struct FiberInfo {
    const char* name = nullptr;
    Stack stack;
    FiberPool* pool = nullptr;
    void* owner = nullptr;  // whoever runs the pool's fibers
    uint32_t id = 0;        // index in the pool: stable for the pool's life
    port::ToolFiber tool = {};
};

// Of fibers that a pool made; a thread's own has no such things.
struct PooledInfo : FiberInfo {
    FiberEntry entry = nullptr;
    void* locals[kFiberLocals] = {};
    alignas(void*) unsigned char closure[kClosureBytes] = {};
};
static_assert(sizeof(PooledInfo) <= kFiberInfoBytes, "kFiberInfoBytes in footprint.hpp");

inline PooledInfo& pooled_info(const Fiber& fiber) {
    return static_cast<PooledInfo&>(*fiber.info);
}

inline Fiber* fiber_of(port::Context* context) {
    return reinterpret_cast<Fiber*>(context);
}

// Prints who overflowed, and panics.
[[noreturn]] void report_overflow(const Fiber& fiber, uintptr_t touched);

struct Resumed {
    Fiber* self;
    void* pass;
};

// Suspends `from`, which must be the running fiber, and resumes `to`; returns when somebody resumes
// `from`, with what that passed. The one place where fibers switch: canary and tools hook in here.
WEFT_FAST_INLINE void before_switch(const Fiber& from, const Fiber& to) {
    if (__builtin_expect(from.has_canary, 0) && !canary_intact(from.info->stack))
        report_overflow(from, 0);
    port::tool_before_switch(from.info->tool, to.info->tool);
}

WEFT_ALWAYS_INLINE Resumed switch_fibers(Fiber* from, Fiber* to, void* pass) {
    before_switch(*from, *to);
    const port::Switched switched = port::switch_context(&from->context, &to->context, pass);
    Fiber* self = fiber_of(switched.self);
    port::tool_after_switch(self->info->tool);
    return {self, switched.pass};
}

// The most stack the fiber ever used; not_painted unless the configuration paints.
Result<size_t> high_water(const Fiber& fiber);

}  // namespace weft
