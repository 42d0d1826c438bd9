// registers.S - ARMv6-M: fills registers around a call, and trashes those that a call may change
// SPDX-License-Identifier: MIT
        .syntax unified
        .thumb
        .text
        .macro  push_high               // r8-r11 go by way of r4-r7
        mov     r4, r8
        mov     r5, r9
        mov     r6, r10
        mov     r7, r11
        push    {r4-r7}
        .endm
        .macro  pop_high
        pop     {r4-r7}
        mov     r8, r4
        mov     r9, r5
        mov     r10, r6
        mov     r11, r7
        .endm
// r0 = in, r1 = out, r2 = call, r3 = argument: r4-r11, two to 8 bytes
        .globl  weft_test_call_filled
        .type   weft_test_call_filled, %function
        .thumb_func
weft_test_call_filled:
        push    {r4-r7, lr}
        push_high
        push    {r1}
        mov     r1, r0
        adds    r1, #16
        ldm     r1!, {r4-r7}
        mov     r8, r4
        mov     r9, r5
        mov     r10, r6
        mov     r11, r7
        subs    r1, #32
        ldm     r1!, {r4-r7}
        mov     r0, r3
        blx     r2
        pop     {r0}
        stm     r0!, {r4-r7}
        mov     r4, r8
        mov     r5, r9
        mov     r6, r10
        mov     r7, r11
        stm     r0!, {r4-r7}
        pop_high
        pop     {r4-r7, pc}
        .size   weft_test_call_filled, . - weft_test_call_filled

        .globl  weft_test_trash
        .type   weft_test_trash, %function
        .thumb_func
weft_test_trash:
        movs    r0, #0x5e
        mov     r1, r0
        mov     r2, r0
        mov     r3, r0
        mov     r12, r0
        bx      lr
        .size   weft_test_trash, . - weft_test_trash
        .section .note.GNU-stack, "", %progbits
