// registers.S - ARMv8-M: fills registers around a call, and trashes those that a call may change
// SPDX-License-Identifier: MIT
#include "../cortexm/registers.S"
