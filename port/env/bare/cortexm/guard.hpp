// guard.hpp - bare Cortex-M: the running fiber's stack limit, set around every switch
// SPDX-License-Identifier: MIT
//
//   ARMv8-M   PSPLIM = the stack's low end: off before the switch, the new stack's after it
//   ARMv7-M   MPU region 0 = the guard below the stack, no access: moved after the switch
//   ARMv6-M   nothing: canaries
//
// In the hooks, not in switch_context: the limit belongs to a stack, and a build or a context
// without one pays nothing. Threads have the limit of the core's own stack.
#pragma once

extern "C" unsigned char weft_thread_guard[];  // linker script: below core 0's thread stack

namespace weft::port {

#if defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8_1M_MAIN__)
#define WEFT_GUARD_LIMIT WEFT_STACK_LIMITS
#define WEFT_GUARD_REGION 0
#elif defined(__ARM_ARCH_7M__) || defined(__ARM_ARCH_7EM__)
#define WEFT_GUARD_LIMIT 0
#define WEFT_GUARD_REGION WEFT_STACK_LIMITS
#else
#define WEFT_GUARD_LIMIT 0
#define WEFT_GUARD_REGION 0
#endif

struct ToolFiber {
#if WEFT_GUARD_LIMIT || WEFT_GUARD_REGION
    uint32_t guard;  // what the register gets while the fiber runs
#endif
};

#if WEFT_GUARD_LIMIT
inline void set_stack_limit(uint32_t limit) {
    asm volatile("msr psplim, %0" ::"r"(limit));
}
#endif

#if WEFT_GUARD_REGION
constexpr uint32_t kRegionZero = 1u << 4;  // MPU_RBAR: the region's number stands in this write
inline uint32_t guard_word(const void* start) {
    return uint32_t(reinterpret_cast<uintptr_t>(start)) | kRegionZero;
}
// Without barriers: the region acts from some cycles later on, and nothing here counts on which.
inline void move_guard_region(uint32_t word) {
    *reinterpret_cast<volatile uint32_t*>(0xe000ed9c) = word;
}
#endif

inline void tool_open([[maybe_unused]] ToolFiber& fiber, [[maybe_unused]] void* stack, size_t,
                      [[maybe_unused]] size_t guard_bytes) {
#if WEFT_GUARD_LIMIT
    fiber.guard = uint32_t(reinterpret_cast<uintptr_t>(stack));
#elif WEFT_GUARD_REGION
    // A stack without a guard of its own leaves the region where it harms nobody.
    fiber.guard = guard_word(guard_bytes == kPageBytes ? static_cast<char*>(stack) - kPageBytes
                                                       : static_cast<void*>(weft_thread_guard));
#endif
}
inline void tool_close(ToolFiber&) {}
inline void tool_adopt_thread([[maybe_unused]] ToolFiber& fiber) {
#if WEFT_GUARD_LIMIT
    asm volatile("mrs %0, psplim" : "=r"(fiber.guard));
#elif WEFT_GUARD_REGION
    fiber.guard = guard_word(weft_thread_guard);
#endif
}
WEFT_ALWAYS_INLINE void tool_before_switch(ToolFiber&, ToolFiber&) {
#if WEFT_GUARD_LIMIT
    set_stack_limit(0);
#endif
}
WEFT_ALWAYS_INLINE void tool_after_switch([[maybe_unused]] ToolFiber& self) {
#if WEFT_GUARD_LIMIT
    set_stack_limit(self.guard);
#elif WEFT_GUARD_REGION
    move_guard_region(self.guard);
#endif
}
WEFT_ALWAYS_INLINE bool tool_refuses(Room) {
    return false;
}
WEFT_ALWAYS_INLINE void tool_took(uint32_t, uint32_t) {}

}  // namespace weft::port
