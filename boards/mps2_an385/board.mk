# board.mk - mps2_an385: which instruction set, which compiler flags, what QEMU calls it
# SPDX-License-Identifier: MIT
ARCH    := armv7m
CPU     := -mcpu=cortex-m3
MACHINE := mps2-an385
