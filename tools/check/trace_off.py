#!/usr/bin/env python3
# trace_off.py - with WEFT_TRACE=0 nothing of tracing is left where work is done
# SPDX-License-Identifier: MIT
#
# What stands right of the layer is compiled that way, for a host and a small core; its objects may
# not name a ring's functions or what calls them. What is left are empty functions for init().
import re

from lib import build, elf, tree

FORBIDDEN = re.compile(r"TraceRing\d|TraceNames\d|TraceZone|run_traced|trace_switch|trace_wakes|"
                       r"end_traced|trace_reset|trace_value")
PLACES = ("core/weft/sched", "core/weft/parallel", "core/weft/frame", "core/weft/system")
APART = "core/weft/system/write_trace.cpp"  # is asked for traces, and says that there are none
FLAGS = [*build.FREESTANDING, "-DWEFT_TRACE=0"]


def main():
    t = tree.here()
    builder = build.Builder(t)
    sources = [path for path in t.files(*PLACES) if path.endswith(".cpp") and path != APART]
    for target in build.wanted([build.NATIVE, build.BARE[0]]):
        if builder.missing(target):
            continue
        for source in sources:
            compiled = builder.compile(target, source, FLAGS)
            if not builder.report(target, [compiled]):
                continue
            for name in sorted({symbol[0] for symbol in elf.Elf(compiled.path).symbols}):
                if FORBIDDEN.search(name):
                    t.fault(source, 0, f"[{target.name}] tracing is left: {name}")
    t.finish()


main()
