# board.mk - mps2_an500: which instruction set, which compiler flags, what QEMU calls it
# SPDX-License-Identifier: MIT
ARCH    := armv7m
CPU     := -mcpu=cortex-m7 -mfloat-abi=hard -mfpu=fpv5-d16
MACHINE := mps2-an500
