// context_frame.h - where a suspended Cortex-M context's registers lie; C++ and assembly read it
// SPDX-License-Identifier: MIT
//
//   0x00 | sp |  of the stack that the context left; PSP while fibers run (port/env/bare/cortexm)
//   0x04 | pc |  where to go on, bit 0 set for Thumb; weft_fiber_start at first
//   0x08 | r6 |  clang's base pointer of frames; a new context's entry function at first
//   0x0c | r7 |  the frame pointer of Thumb code
//
// Not saved, and why: r4, r5, r8-r11, lr and s16-s31 are clobbers of the switch, so that the
// compiler saves those that are live, and none on the way of a fiber without FP values; r0-r3, r12,
// s0-s15 belong to the caller anyway; flags are dead there; FPSCR follows the policy of
// port/README.md. What an interrupt stacks (r0-r3, r12, lr, pc, xPSR, s0-s15) is the hardware's.
//
// The words lie in the order of the registers that the switch moves them with (r3, r4, r6, r7), so
// that one store-multiple and one load-multiple do.
#define WEFT_CONTEXT_SP 0
#define WEFT_CONTEXT_PC 4
#define WEFT_CONTEXT_R6 8
#define WEFT_CONTEXT_R7 12
#define WEFT_CONTEXT_FPSCR 16

// 1: every switch saves and restores FPSCR (port/README.md has the policy).
#ifndef WEFT_SWITCH_FP_CONTROL
#define WEFT_SWITCH_FP_CONTROL 0
#endif
