// one_core.hpp - what a build leaves out, by what its port has: one core, no pages
// SPDX-License-Identifier: MIT
//
// Where the port has one core there is one worker, and only interrupts come in between: nobody
// steals, locks are held by nobody else, and what orders cores only holds the compiler. Such code
// stands behind this constant, so that it is compiled everywhere and linked where it is needed.
#pragma once
#include <port.hpp>
#include <weft/base/small_code.hpp>

namespace weft {

constexpr bool kOneCore = port::kMaxCores == 1;

// Where members of one object stand that different cores write.
constexpr size_t kApart = kOneCore ? alignof(void*) : port::kCacheLine;

// One core, and bytes of code before instructions: other data structures are less code then.
constexpr bool kLeastCode = kOneCore && kSmallCode;

// Without pages no stack is guarded, brought in or given back.
constexpr bool kPaged = port::kPageBytes > 1;

// Whether the machine can refuse what a checked configuration asks for: a core, a guard, memory.
constexpr bool kMachineRefuses = kPaged || !kOneCore;

}  // namespace weft
