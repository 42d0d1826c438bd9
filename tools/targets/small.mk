# small - native, as a board of one core with bytes of code before instructions: its ways of memory
# need more room than such a board's suite has
include tools/targets/one-core.mk
FLAGS += -DWEFT_SMALL=1
