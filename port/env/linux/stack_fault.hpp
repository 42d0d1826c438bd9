// stack_fault.hpp - Linux: the alternate signal stack of a thread
// SPDX-License-Identifier: MIT
#pragma once

namespace weft::port {

// A signal stack: a fiber that overflowed has no room for a signal frame, so the report runs there.
// Null: memory is short. Who starts a thread makes it: mapping memory, a new thread may wait for
// milliseconds behind those that bring pages in.
void* make_alternate_stack();
// For the calling thread, until it disarms it. False: refused, or null.
bool arm_alternate_stack(void* memory);
void disarm_alternate_stack(void* memory);

}  // namespace weft::port
