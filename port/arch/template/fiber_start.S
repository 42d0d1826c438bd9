// fiber_start.S - template: where a new context begins
// SPDX-License-Identifier: MIT
//
// Reached by the jump in switch_context, never called. On arrival:
//   the registers of switch_context hold self and pass; the one that init_context chose holds entry
//   sp = stack top, aligned to kStackAlign; frame pointer = 0
//
// What belongs here, five instructions in all (port/arch/x86_64/fiber_start.S is a finished one):
//   1. a landing pad, if the ISA checks targets of indirect jumps (endbr64, bti c)
//   2. move self and pass to the ABI's first two argument registers
//   3. clear the return address register, if there is one: a backtrace ends here
//   4. call entry
//   5. a trapping instruction: entry returned, and it must not
// and .cfi_undefined for the return address, so that debuggers stop here.
#include "context_frame.h"

        .text
        .globl  weft_fiber_start
        .hidden weft_fiber_start
        .p2align 2
weft_fiber_start:
        .space  4                       // nothing comes here yet: init_context() panics
        .section .note.GNU-stack, "", %progbits
