// fiber_start.S - AArch64: where a new context begins
// SPDX-License-Identifier: MIT
//
// Reached by the branch in switch_context, never called:
//   x1 = self, x2 = pass, x19 = entry (put there by init_context), x29 = 0
//   sp = 16 below the stack's top, 16-aligned
        .text
        .globl  weft_fiber_start
        .hidden weft_fiber_start
        .type   weft_fiber_start, %function
        .p2align 4
weft_fiber_start:
        .cfi_startproc
        .cfi_undefined x30              // a backtrace ends here: nobody called us
        hint    #34                     // bti c; a no-op elsewhere. `br x17` may land on it
        mov     x0, x1
        mov     x1, x2
        mov     x30, xzr                // frame-pointer walkers read the pair (x29, x30)
        blr     x19
        udf     #0                      // entry returned
        .cfi_endproc
        .size   weft_fiber_start, . - weft_fiber_start

// Tells the linker that this file keeps the promises of BTI (1) and PAC (2), so that linking it in
// does not switch the protection off for the whole program.
        .section .note.gnu.property, "a"
        .p2align 3
        .word   4, 16, 5                // name size, descriptor size, NT_GNU_PROPERTY_TYPE_0
        .asciz  "GNU"
        .word   0xc0000000, 4, 3, 0     // GNU_PROPERTY_AARCH64_FEATURE_1_AND
        .section .note.GNU-stack, "", %progbits
