# march - native, with every vector register that this machine has
include tools/targets/native.mk
FLAGS += -march=native -O3
