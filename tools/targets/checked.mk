# checked - native, with guards, poison, leak lists and traces in every block (WEFT_CHECKED)
include tools/targets/native.mk
FLAGS += -DWEFT_CHECKED=1
