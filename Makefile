# weft - `make help` lists what can be typed. A target (tools/targets/<name>.mk) says which compiler,
# port and emulator; its objects go to build/<name>. V=1 shows the compilers' command lines.
# SPDX-License-Identifier: MIT
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# BOARD=<b> is the target of that name; whatever has no file of its own is a board.
TARGET   ?= $(or $(BOARD),$(if $(filter 1,$(HWLOC)),hwloc,native))
PROGRAMS := suite crash parked waiting stress traced
include $(firstword $(wildcard tools/targets/$(TARGET).mk) tools/targets/board.mk)

out   := build/$(TARGET)
flags := -std=c++17 -O2 -g -Wall -Wextra -Werror -fno-exceptions -fno-rtti -MMD -MP \
         -I core -I port -I port/arch/$(ARCH) -I port/env/$(ENV) $(FLAGS)
free  := $(flags) -ffreestanding -fno-threadsafe-statics -DWEFT_PANIC_NAMES=$(or $(NAMES),1) $(INSTRUMENT)

demo_world      := $(addprefix tools/demo/,sand.cpp scene.cpp mobile.cpp)
demo_game       := $(demo_world) $(addprefix tools/demo/,game.cpp audio.cpp disk.cpp screen.cpp panel.cpp picture.cpp)
library_sources := $(wildcard core/weft/*/*.cpp port/arch/$(ARCH)/*.S port/env/$(ENV)/*.cpp \
                     port/env/$(ENV)/*.S $(if $(findstring /,$(ENV)),port/env/$(dir $(ENV))*.cpp))
TESTED          ?= $(wildcard tests/core/*/*.cpp tests/port/*.cpp \
                     $(if $(SCRIPT),tests/bare/*.cpp,tests/demo/*.cpp))
suite_sources   := $(TESTED) $(wildcard tests/unit/*.cpp tests/port/$(ARCH)/*.S) \
                   $(if $(filter tests/demo/%,$(TESTED)),$(demo_world))
say = $(if $(V),,@echo '  $@'; )
objects = $(patsubst %,$(out)/%.o,$(1))

.PHONY: help setup test check mutants sim bench run topo size stack suite suite-only suites objects clean

help: ## Lists these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: ## Installs what the other commands need (quick when nothing is missing)
	@tools/setup

run: setup ## Runs the demo, or BOARD=<b>'s firmware; HEADLESS=1 for plain lines, ARGS='--frames 600' and others: ARGS=--help
	@$(MAKE) --no-print-directory -j$$(nproc) TARGET=$(TARGET) $(out)/demo
	@$(RUN) $(out)/demo $(ARGS)
	@if [ build/demo.trace -nt $(out)/demo ]; then tools/report/of_demo $(out)/demo build; fi

test: setup ## Runs the tests: natively, emulated, on boards, sanitized; BOARD=<b>, TESTS='gdb asan' for some, SEED=n for an order
	@tools/run_tests $(if $(SEED),--seed $(SEED)) $(if $(BOARD),'board $(BOARD)') $(TESTS)

check: setup ## Runs the checks on the sources: format, layers, orders, symbols, links, ...
	@tools/check/all

mutants: setup ## Breaks the library in many places and sees the tests notice each; SOME=1 for a tenth of them
	@tests/selfcheck/mutants.py $(if $(SOME),--some)

sim: setup ## Explores the scheduler on simulated machines; SEEDS=n for n times as many runs as the tests
	@$(MAKE) --no-print-directory suite TARGET=sim
	@build/sim/sim $(if $(SEEDS),--times $(SEEDS))

bench: setup ## Measures, against peers in the same run; ONLY=<group> for one group; BOARD=<b> counts instructions
	@$(if $(BOARD),tools/bench/boards $(BOARD),tools/bench/run $(ONLY))

size: setup ## Prints text, data and bss by board and module; fails if they grew; ACCEPT=1 takes them
	@tools/size $(if $(ACCEPT),--accept) $(BOARD)

stack: setup ## Computes the most stack that the core needs, per instruction set
	@tools/stack

topo: setup $(out)/topo ## Prints this machine as weft sees it; ARGS='--text FILE --svg FILE --order 0 --run', HWLOC=1 for hwloc's sources
	@$(RUN) $(out)/topo $(ARGS)

suite: $(addprefix $(out)/,$(PROGRAMS)) ## Builds the tests of one target: make suite TARGET=aarch64

clean: ## Removes build/
	rm -rf build

$(out)/libweft.a: $(call objects,$(library_sources))
	@rm -f $@
	$(say)$(AR) rcs $@ $^

$(out)/suite: $(call objects,$(suite_sources)) $(out)/libweft.a $(SCRIPT)
	$(say)$(CXX) $(flags) $(filter-out $(SCRIPT),$^) -o $@ $(LINK)

# Where all tests together do not fit: an image for each file.
$(out)/suites/%: $(out)/tests/%.cpp.o $(call objects,$(wildcard tests/unit/*.cpp tests/port/$(ARCH)/*.S)) \
                 $(out)/libweft.a $(SCRIPT)
	@mkdir -p $(@D)
	$(say)$(CXX) $(flags) $(filter-out $(SCRIPT),$^) -o $@ $(LINK)

objects: $(call objects,$(suite_sources)) $(out)/libweft.a $(SCRIPT)
suite-only: $(out)/suite

suites: $(patsubst tests/%.cpp,$(out)/suites/%,$(TESTED))

$(out)/crash: $(call objects,tests/crash/crash.cpp) $(out)/libweft.a $(SCRIPT)
	$(say)$(CXX) $(flags) $(filter-out $(SCRIPT),$^) -o $@ $(LINK)

$(out)/parked: $(call objects,tests/gdb/parked.cpp) $(out)/libweft.a $(SCRIPT)
	$(say)$(CXX) $(flags) $(filter-out $(SCRIPT),$^) -o $@ $(LINK)

$(out)/stress: $(call objects,tests/stress/stress.cpp) $(out)/libweft.a $(SCRIPT)
	$(say)$(CXX) $(flags) $(filter-out $(SCRIPT),$^) -o $@ $(LINK)

$(out)/demo: $(call objects,$(wildcard $(or $(DEMO),tools/demo)/*.cpp)) $(out)/libweft.a $(SCRIPT)
	$(say)$(CXX) $(flags) $(filter-out $(SCRIPT),$^) -o $@ $(LINK)

$(out)/bench: $(call objects,$(wildcard $(or $(BENCH),tools/bench)/*.cpp) $(if $(BENCH),,$(demo_game))) \
              $(out)/libweft.a $(SCRIPT)
	$(say)$(CXX) $(flags) $(filter-out $(SCRIPT),$^) -o $@ $(LINK)

$(out)/parts: $(call objects,$(wildcard tools/parts/*.cpp)) $(out)/libweft.a $(SCRIPT)
	$(say)$(CXX) $(flags) $(filter-out $(SCRIPT),$^) -o $@ $(LINK)

$(out)/sim: $(call objects,$(wildcard tests/sim/*.cpp tools/sim/*.cpp)) $(out)/libweft.a
	$(say)$(CXX) $(flags) $^ -o $@ $(LINK)

$(out)/topo: $(call objects,$(wildcard tools/topo/*.cpp)) $(out)/libweft.a
	$(say)$(CXX) $(flags) $^ -o $@ $(LINK)

$(out)/waiting: $(call objects,tests/gdb/waiting.cpp) $(out)/libweft.a $(SCRIPT)
	$(say)$(CXX) $(flags) $(filter-out $(SCRIPT),$^) -o $@ $(LINK)

$(out)/traced: $(call objects,tests/trace/traced.cpp) $(out)/libweft.a
	$(say)$(CXX) $(flags) $^ -o $@ $(LINK)

$(out)/tracy: $(call objects,tests/trace/tracy.cpp) $(out)/libweft.a
	$(say)$(CXX) $(flags) $^ -o $@ $(LINK)

# A board's memory map stands in front of the linker script.
$(out)/%.ld: linker/%.ld boards/$(TARGET)/memory.h
	@mkdir -p $(@D)
	$(say)$(CXX) $(CPU) -E -P -x c -include boards/$(TARGET)/memory.h $< -o $@

# Inner loops are vectorised, whoever splits them; two peers need what freestanding code goes without.
$(out)/tools/bench/kernels.cpp.o: flags += -O3
$(out)/tools/bench/science.cpp.o: flags += -O3
$(out)/tools/bench/peer_openmp.cpp.o $(out)/tools/bench/openmp_patterns.cpp.o: flags += -fopenmp
$(out)/tools/bench/peer_boost_fiber.cpp.o: flags += -fexceptions -frtti

# An emulated board's tests are many and measure nothing: compiled quickly. What debuggers are tried
# on, and the library, say what they are.
ifneq ($(SCRIPT),)
$(call objects,$(filter-out tests/gdb/%,$(wildcard tests/*/*.cpp tests/*/*/*.cpp))): free += -Os -g0
endif

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
