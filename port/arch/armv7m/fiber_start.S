// fiber_start.S - ARMv7-M: where a new context begins
// SPDX-License-Identifier: MIT
#include "../cortexm/fiber_start.S"
