// memory.h - mps2_an500: a Cortex-M7 on Arm's MPS2 board: addresses and sizes
// SPDX-License-Identifier: MIT
//
// Arm DAI 0385D / 0386 / 0500: ZBT SSRAM 1 at 0 holds the image, SSRAM 2 and 3 are the RAM, the
// PSRAM is spare.
#include "../consoles.h"

// clang-format off

#define WEFT_FLASH_START 0x00000000
#define WEFT_FLASH_BYTES 0x00400000
#define WEFT_RAM_START   0x20000000
#define WEFT_RAM_BYTES   0x00400000
#define WEFT_SPARE_START 0x60000000
#define WEFT_SPARE_BYTES 0x01000000

#define WEFT_CORES              1
#define WEFT_MAIN_STACK_BYTES   4096
#define WEFT_THREAD_STACK_BYTES 65536

#define WEFT_CLOCK_HZ        25000000
#define WEFT_INTERRUPTS      32
#define WEFT_SPARE_INTERRUPT 31  // of no device: programs may pend it
#define WEFT_SEMIHOSTING     1
#define WEFT_CONSOLE         WEFT_CONSOLE_CMSDK
#define WEFT_CONSOLE_ADDRESS 0x40004000
