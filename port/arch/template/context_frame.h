// context_frame.h - template: where a suspended context's registers lie; C++ and assembly read it
// SPDX-License-Identifier: MIT
//
// One #define for each word that the switch or fiber_start.S touches, in the order of struct
// Context; arch_inline.hpp asserts every one with offsetof. Hot words first: sp, then the address.
// A number here, never a sizeof: the assembler reads this file as well.
#define WEFT_CONTEXT_SP 0

// 1: every switch saves and restores the FP control word (port/README.md has the policy).
#ifndef WEFT_SWITCH_FP_CONTROL
#define WEFT_SWITCH_FP_CONTROL 0
#endif
