# sim-checked - as sim, with guards, poison, leak lists and traces in every block (WEFT_CHECKED)
include tools/targets/sim.mk
FLAGS += -DWEFT_CHECKED=1
