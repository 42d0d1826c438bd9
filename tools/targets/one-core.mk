# one-core - native, as a board of one core: what exists for other cores is left out
include tools/targets/native.mk
FLAGS += -DWEFT_CORES=1 -fsanitize=address -fno-omit-frame-pointer
LINK  += -fsanitize=address
TESTED := $(wildcard tests/core/*/*.cpp tests/port/*.cpp)
