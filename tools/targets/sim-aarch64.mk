# sim-aarch64 - the simulated machine, with AArch64's switch: the same seed must do the same
include tools/targets/aarch64.mk
ENV   := sim
FLAGS += -DWEFT_SIMULATED=1 -fno-pie
LINK  := -static -no-pie
INSTRUMENT := -fsanitize=thread -Wno-tsan --param tsan-instrument-func-entry-exit=0
PROGRAMS := sim
