// context_frame.h - where x86-64 keeps a suspended context's registers; C++ and assembly read it
// SPDX-License-Identifier: MIT
#define WEFT_CONTEXT_SP 0
#define WEFT_CONTEXT_IP 8
#define WEFT_CONTEXT_BP 16
#define WEFT_CONTEXT_BX 24
// of the instruction that drops what a resuming call has written, before each address in ip
#ifdef __CET__
#define WEFT_BY_CALL_BYTES 12
#else
#define WEFT_BY_CALL_BYTES 8
#endif
#define WEFT_CONTEXT_MXCSR 32
#define WEFT_CONTEXT_X87CW 36

// 1: every switch saves and restores MXCSR and the x87 control word (port/README.md has the
// policy).
#ifndef WEFT_SWITCH_FP_CONTROL
#define WEFT_SWITCH_FP_CONTROL 0
#endif
