# bench - this machine, as a user who wants speed builds: its own instruction set, with the peers.
# MARCH=x86-64-v3 for valgrind, which knows no AVX-512 (tools/bench/run passes it, with its own out).
MARCH ?= native
include tools/targets/native.mk
FLAGS := -march=$(MARCH)
LINK  += -lboost_context
