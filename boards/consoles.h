// consoles.h - the kinds of console that a board's memory.h can name
// SPDX-License-Identifier: MIT
#define WEFT_CONSOLE_CMSDK 1  // Arm's Cortex-M System Design Kit UART
#define WEFT_CONSOLE_NRF51 2  // Nordic nRF51
#define WEFT_CONSOLE_STM32 3  // ST STM32F1, F2, F4 USART
