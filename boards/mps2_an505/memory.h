// memory.h - mps2_an505: a Cortex-M33 (SSE-200, one core) on Arm's MPS2+ board
// SPDX-License-Identifier: MIT
//
// Arm DAI 0505: addresses of the secure state, in which everything runs.
#include "../consoles.h"

// clang-format off

#define WEFT_FLASH_START 0x10000000
#define WEFT_FLASH_BYTES 0x00400000
#define WEFT_RAM_START   0x38000000
#define WEFT_RAM_BYTES   0x00400000
#define WEFT_SPARE_START 0x80000000
#define WEFT_SPARE_BYTES 0x01000000

#define WEFT_CORES              1
#define WEFT_MAIN_STACK_BYTES   4096
#define WEFT_THREAD_STACK_BYTES 65536

#define WEFT_CLOCK_HZ        20000000
#define WEFT_INTERRUPTS      96
#define WEFT_SPARE_INTERRUPT 31  // of no device: programs may pend it
#define WEFT_SEMIHOSTING     1
#define WEFT_CONSOLE         WEFT_CONSOLE_CMSDK
#define WEFT_CONSOLE_ADDRESS 0x50200000
