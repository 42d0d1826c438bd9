# asan - native, under AddressSanitizer with the fiber hooks
include tools/targets/native.mk
FLAGS += -fsanitize=address -fno-omit-frame-pointer
LINK  += -fsanitize=address
