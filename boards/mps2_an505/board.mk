# board.mk - mps2_an505: which instruction set, which compiler flags, what QEMU calls it
# SPDX-License-Identifier: MIT
ARCH    := armv8m
CPU     := -mcpu=cortex-m33 -mfloat-abi=hard -mfpu=fpv5-sp-d16
MACHINE := mps2-an505
