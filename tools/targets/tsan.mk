# tsan - native, under ThreadSanitizer with the fiber hooks. It follows no fences and warns of them:
# the emulated atomics, which use some, are checked single-threaded and by compare-and-swap alone.
include tools/targets/native.mk
FLAGS += -fsanitize=thread -fno-omit-frame-pointer -Wno-tsan
LINK  += -fsanitize=thread
