// registers.hpp - what tests/port/<isa>/registers.S offers: every register filled, then read back
// SPDX-License-Identifier: MIT
#pragma once
#include <stdint.h>

// Registers that the calling convention keeps across a call, integer and vector, 8 bytes each.
#if defined(__x86_64__)
constexpr int kKeptRegisters = 6;  // rbx rbp r12-r15
#elif defined(__aarch64__)
constexpr int kKeptRegisters = 19;  // x19-x29, d8-d15
#elif defined(__thumb__) && defined(__ARM_FP)
constexpr int kKeptRegisters = 12;  // r4-r11, two by two; d8-d15
#elif defined(__thumb__)
constexpr int kKeptRegisters = 4;  // r4-r11, two by two
#else
#error "registers.hpp: say how many registers this ISA's calls keep"
#endif

// Fills the kept registers from `in`, calls call(argument), and stores them in `out`.
extern "C" void weft_test_call_filled(const uint64_t* in, uint64_t* out, void (*call)(void*),
                                      void* argument);

// Overwrites every register that a call may change: integer, vector, mask.
extern "C" void weft_test_trash();
