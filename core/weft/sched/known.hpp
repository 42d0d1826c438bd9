// known.hpp - the schedulers of this program, for debuggers: tools/gdb/weft.py starts here
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/base/atomic.hpp>

namespace weft {

class Scheduler;

// More than these run as well, and a debugger must be told where they are.
constexpr uint32_t kKnownSchedulers = 8;

// Any thread.
void make_known(Scheduler* scheduler);
void forget_known(Scheduler* scheduler);

}  // namespace weft
