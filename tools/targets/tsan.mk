# tsan - native, under ThreadSanitizer with the fiber hooks
include tools/targets/native.mk
FLAGS += -fsanitize=thread -fno-omit-frame-pointer
LINK  += -fsanitize=thread
