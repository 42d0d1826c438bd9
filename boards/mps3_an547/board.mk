# board.mk - mps3_an547: which instruction set, which compiler flags, what QEMU calls it
# SPDX-License-Identifier: MIT
ARCH    := armv8m
CPU     := -mcpu=cortex-m55 -mfloat-abi=hard
MACHINE := mps3-an547
