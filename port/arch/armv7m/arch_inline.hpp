// arch_inline.hpp - ARMv7-M (Cortex-M3, M4, M7): the switch and the small things
// SPDX-License-Identifier: MIT
//
// Soft and hard float by the compiler's flags. A fiber without live FP values saves no FP register;
// the hardware's own FP frame of an interrupt is lazy, and lands on the fiber that is interrupted.
#pragma once
#include "../cortexm/common.hpp"
#include "../cortexm/thumb2.hpp"

namespace weft::port {

// The guard granule: a region of the MPU that forbids access, moved with the fiber that runs. A
// frame larger than it can jump over it (88 bytes jumped over 32); say more for such programs, or
// WEFT_STACK_LIMITS=0 for cores without an MPU.
#ifndef WEFT_STACK_LIMITS
#define WEFT_STACK_LIMITS 1
#endif
#ifndef WEFT_PAGE_BYTES
#define WEFT_PAGE_BYTES 128
#endif
constexpr size_t kPageBytes = WEFT_STACK_LIMITS ? WEFT_PAGE_BYTES : 1;

}  // namespace weft::port

#include "../plain_call.hpp"
