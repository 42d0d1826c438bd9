// registers.S - Thumb-2: fills registers around a call, and trashes those that a call may change
// SPDX-License-Identifier: MIT
        .syntax unified
        .thumb
        .text
// r0 = in, r1 = out, r2 = call, r3 = argument: r4-r11 first, two to 8 bytes, then d8-d15
        .globl  weft_test_call_filled
        .type   weft_test_call_filled, %function
        .thumb_func
weft_test_call_filled:
        push    {r1, r4-r11, lr}
#ifdef __ARM_FP
        vpush   {d8-d15}
        add     r12, r0, #32
        vldm    r12, {d8-d15}
#endif
        mov     r12, r2
        mov     r1, r0
        mov     r0, r3
        ldm     r1, {r4-r11}
        blx     r12
#ifdef __ARM_FP
        ldr     r0, [sp, #64]
        stm     r0!, {r4-r11}
        vstm    r0, {d8-d15}
        vpop    {d8-d15}
#else
        ldr     r0, [sp]
        stm     r0, {r4-r11}
#endif
        pop     {r1, r4-r11, pc}
        .size   weft_test_call_filled, . - weft_test_call_filled

        .globl  weft_test_trash
        .type   weft_test_trash, %function
        .thumb_func
weft_test_trash:
        movw    r0, #0x5eed
        mov     r1, r0
        mov     r2, r0
        mov     r3, r0
        mov     r12, r0
#ifdef __ARM_FP
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        vmov    d\n, r0, r1
        .endr
#endif
        bx      lr
        .size   weft_test_trash, . - weft_test_trash
        .section .note.GNU-stack, "", %progbits
