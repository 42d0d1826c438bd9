// memory.h - microbit: a Cortex-M0 with 16 KiB of RAM (Nordic nRF51822)
// SPDX-License-Identifier: MIT
//
// nRF51 Series Reference Manual 3.0. QEMU's has a SysTick; the silicon does not, and would need its
// RTC for a clock.
#include "../consoles.h"

// clang-format off

#define WEFT_FLASH_START 0x00000000
#define WEFT_FLASH_BYTES 0x00040000
#define WEFT_RAM_START   0x20000000
#define WEFT_RAM_BYTES   0x00004000

#define WEFT_CORES              1
#define WEFT_MAIN_STACK_BYTES   384
#define WEFT_THREAD_STACK_BYTES 3840

#define WEFT_CLOCK_HZ        16000000
#define WEFT_INTERRUPTS      32
#define WEFT_SPARE_INTERRUPT 31  // of no device: programs may pend it
#define WEFT_SEMIHOSTING     1
#define WEFT_CONSOLE         WEFT_CONSOLE_NRF51
#define WEFT_CONSOLE_ADDRESS 0x40002000
