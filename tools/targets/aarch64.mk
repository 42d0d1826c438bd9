# aarch64 - Linux on AArch64, run by user emulation
CXX   := aarch64-linux-gnu-g++
AR    := aarch64-linux-gnu-ar
ARCH  := aarch64
ENV   := linux
FLAGS := -mno-outline-atomics
LINK  := -static -pthread
RUN   := qemu-aarch64-static
