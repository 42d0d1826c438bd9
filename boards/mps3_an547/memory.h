// memory.h - mps3_an547: a Cortex-M55 (SSE-300) on Arm's MPS3 board
// SPDX-License-Identifier: MIT
//
// Arm DAI 0547: the image in ITCM, RAM in the first two banks of ISRAM (secure), spare in DDR.
#include "../consoles.h"

// clang-format off

#define WEFT_FLASH_START 0x00000000
#define WEFT_FLASH_BYTES 0x00080000
#define WEFT_RAM_START   0x31000000
#define WEFT_RAM_BYTES   0x00400000
#define WEFT_SPARE_START 0x70000000
#define WEFT_SPARE_BYTES 0x01000000

#define WEFT_CORES              1
#define WEFT_MAIN_STACK_BYTES   4096
#define WEFT_THREAD_STACK_BYTES 65536

#define WEFT_CLOCK_HZ        32000000
#define WEFT_INTERRUPTS      96
#define WEFT_SPARE_INTERRUPT 31  // of no device: programs may pend it
#define WEFT_SEMIHOSTING     1
#define WEFT_CONSOLE         WEFT_CONSOLE_CMSDK
#define WEFT_CONSOLE_ADDRESS 0x59303000
