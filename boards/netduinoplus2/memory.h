// memory.h - netduinoplus2: a Cortex-M4F (ST STM32F405)
// SPDX-License-Identifier: MIT
//
// ST RM0090: 1 MiB of flash, 112 + 16 KiB of SRAM that lie side by side.
#include "../consoles.h"

// clang-format off

#define WEFT_FLASH_START 0x08000000
#define WEFT_FLASH_BYTES 0x00100000
#define WEFT_RAM_START   0x20000000
#define WEFT_RAM_BYTES   0x00020000

#define WEFT_CORES              1
#define WEFT_MAIN_STACK_BYTES   1024
#define WEFT_THREAD_STACK_BYTES 8192

#define WEFT_CLOCK_HZ         168000000
#define WEFT_INTERRUPTS       82
#define WEFT_SPARE_INTERRUPT  80  // of the random number generator: programs may pend it
#define WEFT_SEMIHOSTING      1
#define WEFT_CONSOLE          WEFT_CONSOLE_STM32
#define WEFT_CONSOLE_ADDRESS  0x40011000
#define WEFT_CONSOLE_CLOCK_HZ 84000000
