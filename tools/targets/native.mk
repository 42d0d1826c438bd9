# native - this machine, with its compiler
CXX  := g++
AR   := ar
ARCH := $(subst arm64,aarch64,$(shell uname -m))
ENV  := linux
LINK := -pthread
