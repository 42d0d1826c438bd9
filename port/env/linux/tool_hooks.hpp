// tool_hooks.hpp - Linux: tells ASan, TSan and Valgrind about stacks and switches
// SPDX-License-Identifier: MIT
//
// ASan and TSan are followed when the build has them; Valgrind when WEFT_VALGRIND is 1. Otherwise
// every hook is empty and a switch costs what it costs without them. WEFT_TOOL_HOOKS=0 leaves them
// empty in any build: the tests show that the tools then fail.
#pragma once

#ifndef WEFT_TOOL_HOOKS
#define WEFT_TOOL_HOOKS 1
#endif

#if WEFT_TOOL_HOOKS
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WEFT_TOOL_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define WEFT_TOOL_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define WEFT_TOOL_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define WEFT_TOOL_TSAN 1
#endif
#endif

#if WEFT_TOOL_ASAN
extern "C" void __asan_unpoison_memory_region(const volatile void* start, size_t bytes);
extern "C" void __sanitizer_start_switch_fiber(void** fake_stack, const void* stack, size_t bytes);
extern "C" void __sanitizer_finish_switch_fiber(void* fake_stack, const void** stack,
                                                size_t* bytes);
#endif
#if WEFT_TOOL_TSAN
extern "C" void* __tsan_create_fiber(unsigned flags);
extern "C" void __tsan_destroy_fiber(void* fiber);
extern "C" void* __tsan_get_current_fiber();
extern "C" void __tsan_switch_to_fiber(void* fiber, unsigned flags);
#endif
#if WEFT_VALGRIND
#include <valgrind/valgrind.h>
#endif

namespace weft::port {

struct ToolFiber {
#if WEFT_TOOL_ASAN
    void* stack;
    size_t bytes;
    void* fake_stack;
#endif
#if WEFT_TOOL_TSAN
    void* tsan;
#endif
#if WEFT_VALGRIND
    unsigned valgrind_id;
#endif
};

void tool_thread_stack(void** stack, size_t* bytes);

// Forgets what lay in memory that is given back: frames that ended without returning, say.
inline void tool_forget([[maybe_unused]] void* start, [[maybe_unused]] size_t bytes) {
#if WEFT_TOOL_ASAN
    __asan_unpoison_memory_region(start, bytes);
#endif
}

inline void tool_open([[maybe_unused]] ToolFiber& fiber, [[maybe_unused]] void* stack,
                      [[maybe_unused]] size_t bytes, size_t) {
#if WEFT_TOOL_ASAN
    fiber.stack = stack;
    fiber.bytes = bytes;
    fiber.fake_stack = nullptr;
#endif
#if WEFT_TOOL_TSAN
    fiber.tsan = __tsan_create_fiber(0);
#endif
#if WEFT_VALGRIND
    fiber.valgrind_id = VALGRIND_STACK_REGISTER(stack, static_cast<char*>(stack) + bytes - 1);
#endif
}

inline void tool_close([[maybe_unused]] ToolFiber& fiber) {
#if WEFT_TOOL_ASAN
    tool_forget(fiber.stack, fiber.bytes);
#endif
#if WEFT_TOOL_TSAN
    __tsan_destroy_fiber(fiber.tsan);
#endif
#if WEFT_VALGRIND
    VALGRIND_STACK_DEREGISTER(fiber.valgrind_id);
#endif
}

inline void tool_adopt_thread([[maybe_unused]] ToolFiber& fiber) {
#if WEFT_TOOL_ASAN
    tool_thread_stack(&fiber.stack, &fiber.bytes);
    fiber.fake_stack = nullptr;
#endif
#if WEFT_TOOL_TSAN
    fiber.tsan = __tsan_get_current_fiber();
#endif
}

WEFT_ALWAYS_INLINE void tool_before_switch([[maybe_unused]] ToolFiber& from,
                                           [[maybe_unused]] ToolFiber& to) {
#if WEFT_TOOL_ASAN
    __sanitizer_start_switch_fiber(&from.fake_stack, to.stack, to.bytes);
#endif
#if WEFT_TOOL_TSAN
    __tsan_switch_to_fiber(to.tsan, 0);  // 0: what from did happens before what to does next
#endif
}

WEFT_ALWAYS_INLINE void tool_after_switch([[maybe_unused]] ToolFiber& self) {
#if WEFT_TOOL_ASAN
    const void* left_stack;
    size_t left_bytes;
    __sanitizer_finish_switch_fiber(self.fake_stack, &left_stack, &left_bytes);
#endif
}

WEFT_ALWAYS_INLINE bool tool_refuses(Room) {
    return false;
}
WEFT_ALWAYS_INLINE void tool_took(uint32_t, uint32_t) {}

}  // namespace weft::port
