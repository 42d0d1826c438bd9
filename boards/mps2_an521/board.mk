# board.mk - mps2_an521: which instruction set, which compiler flags, what QEMU calls it
# SPDX-License-Identifier: MIT
ARCH    := armv8m
CPU     := -mcpu=cortex-m33+nodsp -mfloat-abi=soft  # its first core has neither FPU nor DSP
MACHINE := mps2-an521
