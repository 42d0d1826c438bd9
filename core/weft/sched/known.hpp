// known.hpp - the schedulers of this program, for debuggers: tools/gdb/weft.py starts here
// SPDX-License-Identifier: MIT
#pragma once
#include <weft/base/atomic.hpp>

namespace weft {

class Scheduler;

// More than these run as well, and a debugger must be told where they are.
constexpr uint32_t kKnownSchedulers = kLeastCode ? 1 : 8;

// A variable that a debugger reads by its name while its fiber is suspended: one store.
template <class T>
WEFT_ALWAYS_INLINE void keep_on_stack(T& variable) {
    asm volatile("" : "+m"(variable));
}

// Any thread.
void make_known(Scheduler* scheduler);
void forget_known(Scheduler* scheduler);

}  // namespace weft
