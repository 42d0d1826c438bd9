// fiber_start.S - x86-64: where a new context begins
// SPDX-License-Identifier: MIT
//
// Reached by the jump in switch_context, or, a little earlier, by the call in call_or_switch:
//   rsi = self, rdx = pass, rbx = entry (put there by init_context), rbp = 0
//   rsp = 16 below the stack's top, 16-aligned, as the call below needs it
#include "context_frame.h"

#ifdef __CET__
#include <cet.h>
#define LANDING_PAD _CET_ENDBR
#else
#define LANDING_PAD
#endif

        .text
        .globl  weft_fiber_start
        .hidden weft_fiber_start
        .type   weft_fiber_start, @function
        .p2align 4
        .skip   16 - WEFT_BY_CALL_BYTES
        .cfi_startproc
        LANDING_PAD
        lea     136(%rsp), %rsp         // drops what that call wrote
weft_fiber_start:
        .cfi_undefined rip              // a backtrace ends here: nobody called us
        LANDING_PAD
        mov     %rsi, %rdi
        mov     %rdx, %rsi
        call    *%rbx
        ud2                             // entry returned
        .cfi_endproc
        .size   weft_fiber_start, . - weft_fiber_start
        .section .note.GNU-stack, "", @progbits
