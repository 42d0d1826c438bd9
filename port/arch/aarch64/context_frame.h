// context_frame.h - where AArch64 keeps a suspended context's registers; C++ and assembly read it
// SPDX-License-Identifier: MIT
#define WEFT_CONTEXT_SP 0
#define WEFT_CONTEXT_PC 8
#define WEFT_CONTEXT_X29 16
#define WEFT_CONTEXT_X19 24
#define WEFT_CONTEXT_FPCR 32

// 1: every switch saves and restores FPCR (port/README.md has the policy).
#ifndef WEFT_SWITCH_FP_CONTROL
#define WEFT_SWITCH_FP_CONTROL 0
#endif
