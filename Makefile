# weft - `make help` lists what can be typed. A target (tools/targets/<name>.mk) says which compiler,
# port and emulator; its objects go to build/<name>. V=1 shows the compilers' command lines.
# SPDX-License-Identifier: MIT
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

TARGET ?= native
include tools/targets/$(TARGET).mk

out   := build/$(TARGET)
flags := -std=c++17 -O2 -g -Wall -Wextra -Werror -fno-exceptions -fno-rtti -MMD -MP \
         -I core -I port -I port/arch/$(ARCH) -I port/env/$(ENV) $(FLAGS)
free  := $(flags) -ffreestanding -fno-threadsafe-statics -DWEFT_PANIC_NAMES=1

library_sources := $(wildcard core/weft/*/*.cpp port/arch/$(ARCH)/*.S port/env/$(ENV)/*.cpp)
TESTED          ?= $(wildcard tests/core/*/*.cpp tests/port/*.cpp)
suite_sources   := $(TESTED) $(wildcard tests/unit/*.cpp tests/port/$(ARCH)/*.S)
say = $(if $(V),,@echo '  $@'; )
objects = $(patsubst %,$(out)/%.o,$(1))

.PHONY: help setup test check mutants bench run suite clean

help: ## Lists these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: ## Installs what the other commands need (quick when nothing is missing)
	@tools/setup

run: setup $(out)/demo ## Runs the fiber demo; HEADLESS=1 for plain lines
	@$(RUN) $(out)/demo

test: setup ## Runs the tests natively, emulated and under sanitizers; TESTS='gdb asan' for some, SEED=n for an order
	@tools/run_tests $(if $(SEED),--seed $(SEED)) $(TESTS)

check: setup ## Runs the checks on the sources: format, layers, orders, symbols, links, ...
	@tools/check/all

mutants: setup ## Breaks the library in many places and sees the tests notice each
	@tests/selfcheck/mutants.py

bench: setup ## Measures, against peers in the same run; ONLY=<group> for one group
	@tools/bench/run $(ONLY)

suite: $(out)/suite $(out)/crash $(out)/parked $(out)/waiting $(out)/stress $(out)/traced ## Builds the tests of one target: make suite TARGET=aarch64

clean: ## Removes build/
	rm -rf build

$(out)/libweft.a: $(call objects,$(library_sources))
	@rm -f $@
	$(say)$(AR) rcs $@ $^

$(out)/suite: $(call objects,$(suite_sources)) $(out)/libweft.a
	$(say)$(CXX) $(flags) $^ -o $@ $(LINK)

$(out)/crash: $(call objects,tests/crash/crash.cpp) $(out)/libweft.a
	$(say)$(CXX) $(flags) $^ -o $@ $(LINK)

$(out)/parked: $(call objects,tests/gdb/parked.cpp) $(out)/libweft.a
	$(say)$(CXX) $(flags) $^ -o $@ $(LINK)

$(out)/waiting: $(call objects,tests/gdb/waiting.cpp) $(out)/libweft.a
	$(say)$(CXX) $(flags) $^ -o $@ $(LINK)

$(out)/stress: $(call objects,tests/stress/stress.cpp) $(out)/libweft.a
	$(say)$(CXX) $(flags) $^ -o $@ $(LINK)

$(out)/traced: $(call objects,tests/trace/traced.cpp) $(out)/libweft.a
	$(say)$(CXX) $(flags) $^ -o $@ $(LINK)

$(out)/tracy: $(call objects,tests/trace/tracy.cpp) $(out)/libweft.a
	$(say)$(CXX) $(flags) $^ -o $@ $(LINK)

$(out)/demo: $(call objects,$(wildcard tools/demo/*.cpp)) $(out)/libweft.a
	$(say)$(CXX) $(flags) $^ -o $@ $(LINK)

$(out)/bench: $(call objects,$(wildcard tools/bench/*.cpp)) $(out)/libweft.a
	$(say)$(CXX) $(flags) $^ -o $@ $(LINK)

# Inner loops are vectorised, whoever splits them; two peers need what freestanding code goes without.
$(out)/tools/bench/kernels.cpp.o: flags += -O3
$(out)/tools/bench/peer_openmp.cpp.o: flags += -fopenmp
$(out)/tools/bench/peer_boost_fiber.cpp.o: flags += -fexceptions -frtti

# The environment and the tools may use the host's library; everything else is freestanding.
$(out)/port/env/%.cpp.o: port/env/%.cpp $(MAKEFILE_LIST)
	@mkdir -p $(@D)
	$(say)$(CXX) $(flags) -c $< -o $@

$(out)/tools/%.cpp.o: tools/%.cpp $(MAKEFILE_LIST)
	@mkdir -p $(@D)
	$(say)$(CXX) $(flags) -c $< -o $@

$(out)/%.cpp.o: %.cpp $(MAKEFILE_LIST)
	@mkdir -p $(@D)
	$(say)$(CXX) $(free) -I tests -c $< -o $@

$(out)/%.S.o: %.S $(MAKEFILE_LIST)
	@mkdir -p $(@D)
	$(say)$(CXX) $(flags) -c $< -o $@

-include $(shell find $(out) -name '*.d' 2>/dev/null)
