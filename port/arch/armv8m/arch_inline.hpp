// arch_inline.hpp - ARMv8-M Mainline (Cortex-M33, M55): as on ARMv7-M, with stack limits
// SPDX-License-Identifier: MIT
//
// PSPLIM belongs to a stack, not to a context's registers: the environment's hooks around a switch
// set it (port/env/bare/cortexm/guard.hpp), and a raw switch pays nothing for it.
#pragma once
#include "../cortexm/common.hpp"
#include "../cortexm/thumb2.hpp"

#ifndef __ARM_ARCH_8M_MAIN__
#ifndef __ARM_ARCH_8_1M_MAIN__
#error "armv8m: Mainline only; ARMv8-M Baseline (Cortex-M23) has no such port yet"
#endif
#endif

namespace weft::port {

// Below a stack lies its limit and nothing else: 8 is the granule of PSPLIM.
#ifndef WEFT_STACK_LIMITS
#define WEFT_STACK_LIMITS 1
#endif
constexpr size_t kPageBytes = WEFT_STACK_LIMITS ? 8 : 1;

}  // namespace weft::port

#include "../plain_call.hpp"
