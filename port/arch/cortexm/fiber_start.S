// fiber_start.S - Cortex-M: where a new context begins; the body of each ISA's fiber_start.S
// SPDX-License-Identifier: MIT
//
// Reached by the branch in switch_context, never called:
//   r1 = self, r2 = pass, r6 = entry (put there by init_context), r7 = 0
//   sp = 8 below the stack's top, 8-aligned
        .syntax unified
        .thumb
        .text
        .globl  weft_fiber_start
        .hidden weft_fiber_start
        .type   weft_fiber_start, %function
        .thumb_func
        .p2align 2
weft_fiber_start:
        .cfi_startproc
        .cfi_undefined lr               // a backtrace ends here: nobody called us
        mov     r0, r1
        mov     r1, r2
        blx     r6
        udf     #0                      // entry returned
        .cfi_endproc
        .size   weft_fiber_start, . - weft_fiber_start
        .section .note.GNU-stack, "", %progbits
