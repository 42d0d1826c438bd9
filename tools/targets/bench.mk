# bench - this machine, as a user builds who wants speed: its own instruction set, beside the peers.
# Functions and loops are aligned, so that figures do not move with unrelated edits, and the program
# stands where it was linked to: addresses are constants in the code, as in firmware.
# Boost is linked statically: no jump through a table in its way. To count instructions,
# tools/bench/run asks for MARCH=x86-64-v3: valgrind knows no AVX-512.
MARCH ?= native
include tools/targets/native.mk
FLAGS := -march=$(MARCH) -falign-functions=64 -falign-loops=32 -fno-pie
LINK  += -no-pie -l:libboost_fiber.a -l:libboost_context.a -ltbb -lgomp
