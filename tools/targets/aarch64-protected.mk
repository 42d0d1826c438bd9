# aarch64-protected - as aarch64, with signed return addresses and branch targets (PAC, BTI), and the
# FP control word switched
include tools/targets/aarch64.mk
FLAGS += -mbranch-protection=standard -DWEFT_SWITCH_FP_CONTROL=1
RUN   := qemu-aarch64-static -cpu max,pauth-impdef=on
