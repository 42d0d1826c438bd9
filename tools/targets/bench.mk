# bench - this machine, as a user builds who wants speed: its own instruction set, beside the peers.
# Functions and loops are aligned, so that figures do not move with unrelated edits.
# tools/bench/run asks for MARCH=x86-64-v3 to count instructions: valgrind knows no AVX-512.
MARCH ?= native
include tools/targets/native.mk
FLAGS := -march=$(MARCH) -falign-functions=64 -falign-loops=32
LINK  += -lboost_context
