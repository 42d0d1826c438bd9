# board.mk - mps2_an386: which instruction set, which compiler flags, what QEMU calls it
# SPDX-License-Identifier: MIT
ARCH    := armv7m
CPU     := -mcpu=cortex-m4 -mfloat-abi=hard -mfpu=fpv4-sp-d16
MACHINE := mps2-an386
