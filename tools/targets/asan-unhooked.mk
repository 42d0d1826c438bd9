# asan-unhooked - as asan, without the fiber hooks: the tests show what they are good for
include tools/targets/asan.mk
FLAGS += -DWEFT_TOOL_HOOKS=0
