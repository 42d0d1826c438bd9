# sim - the simulated machine: any number of cores on one thread (port/env/sim). What runs on it is
# instrumented as for ThreadSanitizer; the port stands where libtsan would. At fixed addresses, so
# that a place in a report is one.
include tools/targets/native.mk
ENV   := sim
FLAGS += -DWEFT_SIMULATED=1 -fno-pie
LINK  := -no-pie
INSTRUMENT := -fsanitize=thread -Wno-tsan --param tsan-instrument-func-entry-exit=0
PROGRAMS := sim
