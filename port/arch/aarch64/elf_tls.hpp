// elf_tls.hpp - AArch64: reads a thread-local word where no compiler can cache the address
// SPDX-License-Identifier: MIT
//
// For hosted environments. Initial-exec access. Volatile: a fiber may resume on another thread.
#pragma once

#define WEFT_ELF_TLS_LOAD(out, symbol)                      \
    do {                                                    \
        uintptr_t thread_;                                  \
        asm volatile("adrp %0, :gottprel:" #symbol          \
                     "\n\t"                                 \
                     "ldr %0, [%0, :gottprel_lo12:" #symbol \
                     "]\n\t"                                \
                     "mrs %1, tpidr_el0\n\t"                \
                     "ldr %0, [%0, %1]"                     \
                     : "=&r"(out), "=&r"(thread_));         \
    } while (0)
