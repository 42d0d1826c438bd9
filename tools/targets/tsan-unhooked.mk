# tsan-unhooked - as tsan, without the fiber hooks: the tests show what they are good for
include tools/targets/tsan.mk
FLAGS += -DWEFT_TOOL_HOOKS=0
