// registers.S - AArch64: fills registers around a call, and trashes those that a call may change
// SPDX-License-Identifier: MIT
        .text
// x0 = in, x1 = out, x2 = call, x3 = argument
        .globl  weft_test_call_filled
        .type   weft_test_call_filled, %function
weft_test_call_filled:
        .cfi_startproc
        hint    #34                     // bti c
        stp     x29, x30, [sp, #-176]!
        .cfi_def_cfa_offset 176
        .cfi_offset x29, -176
        .cfi_offset x30, -168
        stp     x19, x20, [sp, #16]
        stp     x21, x22, [sp, #32]
        stp     x23, x24, [sp, #48]
        stp     x25, x26, [sp, #64]
        stp     x27, x28, [sp, #80]
        stp     d8, d9, [sp, #96]
        stp     d10, d11, [sp, #112]
        stp     d12, d13, [sp, #128]
        stp     d14, d15, [sp, #144]
        str     x1, [sp, #160]
        ldp     x19, x20, [x0]
        ldp     x21, x22, [x0, #16]
        ldp     x23, x24, [x0, #32]
        ldp     x25, x26, [x0, #48]
        ldp     x27, x28, [x0, #64]
        ldr     x29, [x0, #80]
        ldp     d8, d9, [x0, #88]
        ldp     d10, d11, [x0, #104]
        ldp     d12, d13, [x0, #120]
        ldp     d14, d15, [x0, #136]
        mov     x0, x3
        blr     x2
        ldr     x1, [sp, #160]
        stp     x19, x20, [x1]
        stp     x21, x22, [x1, #16]
        stp     x23, x24, [x1, #32]
        stp     x25, x26, [x1, #48]
        stp     x27, x28, [x1, #64]
        str     x29, [x1, #80]
        stp     d8, d9, [x1, #88]
        stp     d10, d11, [x1, #104]
        stp     d12, d13, [x1, #120]
        stp     d14, d15, [x1, #136]
        ldp     x19, x20, [sp, #16]
        ldp     x21, x22, [sp, #32]
        ldp     x23, x24, [sp, #48]
        ldp     x25, x26, [sp, #64]
        ldp     x27, x28, [sp, #80]
        ldp     d8, d9, [sp, #96]
        ldp     d10, d11, [sp, #112]
        ldp     d12, d13, [sp, #128]
        ldp     d14, d15, [sp, #144]
        ldp     x29, x30, [sp], #176
        ret
        .cfi_endproc
        .size   weft_test_call_filled, . - weft_test_call_filled

        .globl  weft_test_trash
        .type   weft_test_trash, %function
weft_test_trash:
        .cfi_startproc
        hint    #34                     // bti c
        mov     x0, #0x5eed
        .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18
        mov     x\n, x0
        .endr
// d8-d15 are kept by calls, but only their low halves: the high ones are trashed as well.
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        dup     v\n\().2d, x0
        .endr
        .irp    n, 8, 9, 10, 11, 12, 13, 14, 15
        mov     v\n\().d[1], x0
        .endr
        .irp    n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        dup     v\n\().2d, x0
        .endr
        ret
        .cfi_endproc
        .size   weft_test_trash, . - weft_test_trash

        .section .note.gnu.property, "a"
        .p2align 3
        .word   4, 16, 5
        .asciz  "GNU"
        .word   0xc0000000, 4, 3, 0
        .section .note.GNU-stack, "", %progbits
