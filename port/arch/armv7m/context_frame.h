// context_frame.h - ARMv7-M: as on every Cortex-M
// SPDX-License-Identifier: MIT
#include "../cortexm/context_frame.h"
