# fp - native, with the FP control word saved and restored at every switch
include tools/targets/native.mk
FLAGS += -DWEFT_SWITCH_FP_CONTROL=1
