// start.S - bare Cortex-M: vector table, reset, and the ways into the fault and interrupt handlers
// SPDX-License-Identifier: MIT
//
// Threads and fibers run on PSP, exceptions on MSP; both in thread and handler mode privileged.
// Every core starts at weft_reset with the same table; which one it is tells a board's register.
        .syntax unified
        .thumb

        .section .vectors, "a"
        .globl  weft_vectors
weft_vectors:
        .word   weft_main_stack_top
        .word   weft_reset
        .word   weft_fault              // NMI
        .word   weft_fault              // HardFault
        .word   weft_fault              // MemManage
        .word   weft_fault              // BusFault
        .word   weft_fault              // UsageFault
        .word   weft_fault              // SecureFault
        .word   0, 0, 0
        .word   weft_fault              // SVCall: nobody calls it
        .word   weft_fault              // DebugMonitor
        .word   0
        .word   weft_fault              // PendSV: nobody pends it
        .word   weft_systick
        .rept   WEFT_INTERRUPTS
        .word   weft_interrupt
        .endr

        .text
        .macro  function name
        .globl  \name
        .type   \name, %function
        .thumb_func
\name:
        .endm

function weft_reset
#if WEFT_CORES > 1
        ldr     r0, =WEFT_CORE_ID_ADDRESS
        ldr     r4, [r0]
        ldr     r0, =weft_main_stack_top
        ldr     r1, =WEFT_MAIN_STACK_BYTES
        muls    r1, r4, r1
        subs    r0, r0, r1              // the cores' main stacks lie below each other
        mov     sp, r0
        ldr     r0, =weft_thread_stack_top
        ldr     r1, =weft_second_stack_top
        cmp     r4, #0
        it      ne
        movne   r0, r1
#else
        movs    r4, #0
        ldr     r0, =weft_thread_stack_top
#endif
        msr     psp, r0
        movs    r0, #2                  // SPSEL: thread mode uses PSP from here on
        msr     control, r0
        isb
#ifdef __ARM_FP
        ldr     r0, =0xe000ed88         // CPACR: the FPU
        ldr     r1, [r0]
        orr     r1, r1, #0xf << 20
        str     r1, [r0]
        dsb
        isb
#endif
#if WEFT_CORES > 1
        cmp     r4, #0
        bne     weft_second_main        // memory is ready: core 0 started this one
#endif
        ldr     r0, =weft_data_load
        ldr     r1, =weft_data_start
        ldr     r2, =weft_data_end
1:      cmp     r1, r2
        bhs     2f
        ldr     r3, [r0]
        str     r3, [r1]
        adds    r0, r0, #4
        adds    r1, r1, #4
        b       1b
2:      ldr     r1, =weft_bss_start
        ldr     r2, =weft_bss_end
        movs    r3, #0
3:      cmp     r1, r2
        bhs     4f
        str     r3, [r1]
        adds    r1, r1, #4
        b       3b
4:      bl      weft_board_main
        udf     #0                      // weft_board_main returned
        .pool

// Collects what an exception has not stacked, and goes where weft_fault_came says: it returns a
// frame to go on from, in thread mode; or it does not return.
//   r0 = PSP at the fault, r1 = EXC_RETURN, r2 -> r4-r11
function weft_fault
        mrs     r0, psp
        mov     r1, lr
        mov     r2, r8
        mov     r3, r9
        push    {r2, r3}                // out of order, since Thumb-1 pushes no high registers:
        mov     r2, r10                 // fault.hpp's SavedRegisters has the picture
        mov     r3, r11
        push    {r2, r3}
        push    {r4-r7}
        mov     r2, sp
        mov     r4, lr
        bl      weft_fault_came
        msr     psp, r0
        movs    r0, #0x14               // thread mode on PSP, and no FP registers in the frame
        orrs    r4, r4, r0
        add     sp, #32
        bx      r4

        .section .note.GNU-stack, "", %progbits
