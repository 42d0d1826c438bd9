// elf_tls.hpp - x86-64: reads a thread-local word where no compiler can cache the address
// SPDX-License-Identifier: MIT
//
// For hosted environments. Initial-exec access: two instructions, which the linker turns into a
// constant offset in an executable. Volatile: a fiber may resume on another thread.
#pragma once

#define WEFT_ELF_TLS_LOAD(out, symbol) \
    asm volatile("movq " #symbol "@gottpoff(%%rip), %0\n\tmovq %%fs:(%0), %0" : "=r"(out))
