// registers.S - x86-64: fills registers around a call, and trashes those that a call may change
// SPDX-License-Identifier: MIT
        .text
// rdi = in, rsi = out, rdx = call, rcx = argument
        .globl  weft_test_call_filled
        .type   weft_test_call_filled, @function
weft_test_call_filled:
        .cfi_startproc
        push    %rbx
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        push    %rsi                    // out; and rsp is 16-aligned again
        .cfi_adjust_cfa_offset 56
        mov     (%rdi), %rbx
        mov     8(%rdi), %rbp
        mov     16(%rdi), %r12
        mov     24(%rdi), %r13
        mov     32(%rdi), %r14
        mov     40(%rdi), %r15
        mov     %rcx, %rdi
        call    *%rdx
        mov     (%rsp), %rsi
        mov     %rbx, (%rsi)
        mov     %rbp, 8(%rsi)
        mov     %r12, 16(%rsi)
        mov     %r13, 24(%rsi)
        mov     %r14, 32(%rsi)
        mov     %r15, 40(%rsi)
        pop     %rsi
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        .cfi_adjust_cfa_offset -56
        ret
        .cfi_endproc
        .size   weft_test_call_filled, . - weft_test_call_filled

        .globl  weft_test_trash
        .type   weft_test_trash, @function
weft_test_trash:
        .cfi_startproc
        mov     $0x5eed5eed5eed5eed, %rax
        .irp    reg, rcx, rdx, rsi, rdi, r8, r9, r10, r11
        mov     %rax, %\reg
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        movq    %rax, %xmm\n
        punpcklqdq %xmm\n, %xmm\n
        .endr
#ifdef __AVX512F__
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        vpbroadcastq %rax, %zmm\n
        .endr
        .irp    n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        vpbroadcastq %rax, %zmm\n
        .endr
        .irp    n, 1, 2, 3, 4, 5, 6, 7
        kmovw   %eax, %k\n
        .endr
#endif
        ret
        .cfi_endproc
        .size   weft_test_trash, . - weft_test_trash
        .section .note.GNU-stack, "", @progbits
