# tracy - native, telling the Tracy profiler of fibers: tests/trace/tracy.cpp stands in for it
include tools/targets/native.mk
FLAGS += -DWEFT_TRACY=1
