// stack_fault.hpp - Linux: the alternate signal stack of a thread
// SPDX-License-Identifier: MIT
#pragma once

namespace weft::port {

// Gives the calling thread, once, a signal stack that lives as long as it: a fiber that overflowed
// has no room for a signal frame, so the report runs there. False when memory is short.
bool arm_alternate_stack();

}  // namespace weft::port
