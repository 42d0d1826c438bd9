# hwloc - native, with hwloc as a further source of topologies
include tools/targets/native.mk
FLAGS += -DWEFT_HWLOC=1
LINK  += -lhwloc
