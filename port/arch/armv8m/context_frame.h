// context_frame.h - ARMv8-M: as on every Cortex-M
// SPDX-License-Identifier: MIT
#include "../cortexm/context_frame.h"
