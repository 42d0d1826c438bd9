// env_inline.hpp - template: what an environment must inline: the current worker, the tools' hooks
// SPDX-License-Identifier: MIT
//
// Copy the folder and fill in this file and env.cpp. Included after the arch's, and may use it.
#pragma once

namespace weft::port {

constexpr uint32_t kUnportedEnv = 1;  // tools/where knows this tag
[[noreturn]] inline void unported_env(uint32_t line) {
    panic(kUnportedEnv, line);
}

// Slots that start_core accepts. On a board: its cores.
#ifndef WEFT_CORES
#define WEFT_CORES 1
#endif
constexpr uint32_t kMaxCores = WEFT_CORES;

// The largest exception or signal frame that this place pushes on whatever stack is running (all FP
// registers counted), its handler's own need, and the core's calls. Whole kStackAlign. Measure it:
// paint a stack, take the interrupt on it with every FP register in use, read the high-water mark.
constexpr size_t kMinStackBytes = 512;

// Hosts return 0; a core reads its mask, sets it, and returns what it read, so that pairs nest.
inline uintptr_t mask_interrupts() {
    unported_env(__LINE__);
}
inline void restore_interrupts(uintptr_t) {
    unported_env(__LINE__);
}

// With one core a plain variable is right; `volatile` because a fiber goes on where another left.
// With several: the thread pointer or a core register, read by asm volatile, so that no compiler
// keeps an address from before a switch (see port/arch/x86_64/elf_tls.hpp).
extern void* volatile current_worker_word;
inline void* current_worker() {
    return current_worker_word;
}

// Nothing to follow: a board has no ASan, TSan or Valgrind. port/env/linux/tool_hooks.hpp has them.
struct ToolFiber {};
inline void tool_open(ToolFiber&, void*, size_t, size_t) {}
inline void tool_close(ToolFiber&) {}
inline void tool_adopt_thread(ToolFiber&) {}
WEFT_ALWAYS_INLINE void tool_before_switch(ToolFiber&, ToolFiber&) {}
WEFT_ALWAYS_INLINE void tool_after_switch(ToolFiber&) {}

}  // namespace weft::port
