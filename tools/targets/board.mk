# board - an emulated Cortex-M board: boards/<b>/board.mk says which compiler flags it takes.
# BOARD_COMPILER=clang builds with the other compiler.
include boards/$(TARGET)/board.mk
CXX    := arm-none-eabi-g++
AR     := arm-none-eabi-ar
ENV    := bare/cortexm
HERE   := boards/$(TARGET)
FLAGS  := $(CPU) -mthumb -include $(HERE)/memory.h -I $(HERE) -ffunction-sections -fdata-sections \
          -ffreestanding -fno-threadsafe-statics -fno-asynchronous-unwind-tables
SCRIPT := build/$(TARGET)/cortexm.ld
LINK    = -nostdlib -static -Wl,--build-id=none -Wl,--gc-sections -Wl,--no-warn-rwx-segments \
          -Wl,-T,$(SCRIPT) -Wl,-Map,$@.map -lgcc
# An instruction each 32 ns: deadlines do not depend on who else uses the host.
RUN    := QEMU_FLAGS="-icount shift=5,sleep=off" tools/run_board $(TARGET)
NAMES  := 0
DEMO   := tools/demo/firmware
BENCH  := tools/bench/board
