// env_inline.hpp - Linux: what must be inlined: the current worker and the tools' hooks
// SPDX-License-Identifier: MIT
#pragma once
#include <elf_tls.hpp>  // port/arch/<isa>

#include "tool_hooks.hpp"

extern "C" __attribute__((tls_model("initial-exec"))) thread_local void* weft_linux_worker;

namespace weft::port {

// With WEFT_CORES=1 a host runs what a board of one core runs.
#ifndef WEFT_CORES
#define WEFT_CORES 1024
#endif
constexpr uint32_t kMaxCores = WEFT_CORES;

// A signal frame with AVX-512 or SVE state takes about 4 KiB, and its handler needs room as well.
constexpr size_t kMinStackBytes = 16 * 1024;

inline uintptr_t mask_interrupts() {
    return 0;
}
inline void restore_interrupts(uintptr_t) {}

WEFT_ALWAYS_INLINE void* current_worker() {
    void* worker;
    WEFT_ELF_TLS_LOAD(worker, weft_linux_worker);
    return worker;
}

}  // namespace weft::port
