# clang - native, by the other compiler, with undefined behaviour trapped
include tools/targets/native.mk
CXX   := clang++
FLAGS += -fsanitize=undefined -fsanitize-trap=undefined
