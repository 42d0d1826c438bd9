# march - native, with every vector register that this machine has, and with hwloc
include tools/targets/hwloc.mk
FLAGS += -march=native -O3
