# board.mk - microbit: which instruction set, which compiler flags, what QEMU calls it
# SPDX-License-Identifier: MIT
ARCH    := armv6m
CPU     := -mcpu=cortex-m0 -Os -DWEFT_TRACE=0 -DWEFT_SMALL=1
MACHINE := microbit
