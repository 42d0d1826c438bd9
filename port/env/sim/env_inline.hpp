// env_inline.hpp - sim: what must be inlined; and what stands for an arch's instructions
// SPDX-License-Identifier: MIT
//
// Code that runs on the simulated machine is compiled with -fsanitize=thread, so that every access
// calls tsan_runtime.cpp. What the compiler does not show is shown here: copies that it expands
// after instrumentation, and the arch's assembly on shared memory (WEFT_SIMULATED).
#pragma once

#ifdef __SANITIZE_THREAD__
#define __builtin_memcpy weft_sim_copy
#endif
extern "C" void* weft_sim_copy(void* to, const void* from, size_t bytes);
extern "C" void* weft_sim_worker();
extern "C" void weft_sim_relax();
extern "C" uint64_t weft_sim_cycles();
extern "C" void weft_sim_switch(void* from, void* to);
extern "C" uintptr_t weft_sim_mask();
extern "C" void weft_sim_unmask(uintptr_t masked);
extern "C" bool weft_sim_refuses(unsigned room);
extern "C" void weft_sim_took(uint32_t victim, uint32_t count);

namespace weft::port {

constexpr uint32_t kMaxCores = 1024;
constexpr size_t kMinStackBytes = 16 * 1024;

inline uintptr_t mask_interrupts() {
    return weft_sim_mask();
}
inline void restore_interrupts(uintptr_t masked) {
    weft_sim_unmask(masked);
}

// An unknown function's answer is asked for anew each time.
inline void* current_worker() {
    return weft_sim_worker();
}

// In place of the arch's.
inline void cpu_relax() {
    weft_sim_relax();
}
inline uint64_t cycle_count() {
    return weft_sim_cycles();
}
WEFT_ALWAYS_INLINE bool add_alone(uintptr_t* word, uintptr_t value) {
    // Relaxed: nobody else writes, and a figure orders nothing.
    const uintptr_t sum = __atomic_load_n(word, __ATOMIC_RELAXED) + value;
    // Relaxed: as above.
    __atomic_store_n(word, sum, __ATOMIC_RELAXED);
    return sum < value;
}

// A fiber's saved registers, which assembly reads and writes: stood for by this byte.
struct ToolFiber {
    unsigned char registers;
};
inline void tool_open(ToolFiber&, void*, size_t, size_t) {}
inline void tool_close(ToolFiber&) {}
inline void tool_adopt_thread(ToolFiber&) {}
WEFT_ALWAYS_INLINE void tool_before_switch(ToolFiber& from, ToolFiber& to) {
    weft_sim_switch(&from, &to);
}
WEFT_ALWAYS_INLINE void tool_after_switch(ToolFiber&) {}
WEFT_ALWAYS_INLINE bool tool_refuses(Room room) {
    return weft_sim_refuses(unsigned(room));
}
WEFT_ALWAYS_INLINE void tool_took(uint32_t victim, uint32_t count) {
    weft_sim_took(victim, count);
}

}  // namespace weft::port
