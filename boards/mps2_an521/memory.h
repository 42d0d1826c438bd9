// memory.h - mps2_an521: two Cortex-M33 (SSE-200) on Arm's MPS2+ board
// SPDX-License-Identifier: MIT
//
// Arm DAI 0521: addresses of the secure state, in which everything runs.
#include "../consoles.h"

// clang-format off

#define WEFT_FLASH_START 0x10000000
#define WEFT_FLASH_BYTES 0x00400000
#define WEFT_RAM_START   0x38000000
#define WEFT_RAM_BYTES   0x00400000
#define WEFT_SPARE_START 0x80000000
#define WEFT_SPARE_BYTES 0x01000000

#define WEFT_CORES              2
#define WEFT_MAIN_STACK_BYTES   4096
#define WEFT_THREAD_STACK_BYTES 65536

#define WEFT_CLOCK_HZ        20000000
#define WEFT_INTERRUPTS      96
#define WEFT_SPARE_INTERRUPT 31  // of no device: programs may pend it
#define WEFT_SEMIHOSTING     1
#define WEFT_CONSOLE         WEFT_CONSOLE_CMSDK
#define WEFT_CONSOLE_ADDRESS 0x50200000

// The second core: an identity register, CPUWAIT that holds it after reset, the message handling
// unit that interrupts either, and a timer that both read.
#define WEFT_CORE_ID_ADDRESS        0x5001f000
#define WEFT_CORE_RELEASE_ADDRESS   0x50021118
#define WEFT_CORE_VECTORS_ADDRESS   0x50021114
#define WEFT_CORE_CALL_ADDRESS      0x50003000
#define WEFT_CORE_CALL_INTERRUPT    6
#define WEFT_CLOCK_ADDRESS          0x50000000
