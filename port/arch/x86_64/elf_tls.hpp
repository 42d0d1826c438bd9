// elf_tls.hpp - x86-64: reads a thread-local word where no compiler can cache the address
// SPDX-License-Identifier: MIT
//
// For hosted environments. Code for executables knows the offset and takes one instruction; code
// for shared libraries asks the linker's table for it. An executable that gets weft from a shared
// library must say WEFT_SHARED. Volatile: a fiber may resume on another thread.
#pragma once

#if (!defined(__PIC__) || defined(__PIE__)) && !defined(WEFT_SHARED)
#define WEFT_ELF_TLS_LOAD(out, symbol) asm volatile("movq %%fs:" #symbol "@tpoff, %0" : "=r"(out))
#else
#define WEFT_ELF_TLS_LOAD(out, symbol) \
    asm volatile("movq " #symbol "@gottpoff(%%rip), %0\n\tmovq %%fs:(%0), %0" : "=r"(out))
#endif
