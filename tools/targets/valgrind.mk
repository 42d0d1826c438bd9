# valgrind - native, under memcheck with the fiber hooks
include tools/targets/native.mk
FLAGS += -DWEFT_VALGRIND=1 -O1
RUN   := valgrind -q --error-exitcode=9
