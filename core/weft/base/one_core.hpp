// one_core.hpp - a build for one core leaves out what exists for others
// SPDX-License-Identifier: MIT
//
// Where the port has one core there is one worker, and only interrupts come in between: nobody
// steals, locks are held by nobody else, and what orders cores only holds the compiler. Such code
// stands behind this constant, so that it is compiled everywhere and linked where it is needed.
#pragma once
#include <port.hpp>

namespace weft {

constexpr bool kOneCore = port::kMaxCores == 1;

}  // namespace weft
