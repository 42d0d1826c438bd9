#!/usr/bin/env python3
# symbols.py - the core's objects need the port's names and four memory functions, nothing else
# SPDX-License-Identifier: MIT
#
# Compiled for three bare targets with the template port and for both hosts with the Linux one. A
# libcall (64-bit division, an atomic that the ISA lacks, a thread-safe static) shows up here as a
# name that no port supplies. What the core asks of the port must also be defined by it.
import re

from lib import build, elf, tree

# clang writes the ARM run-time ABI's names for memcpy and its kin; a port aliases them.
MEMORY = re.compile(r"^(?:memcpy|memset|memmove|memcmp|__aeabi_mem(?:cpy|set|clr|move)[48]?)$")
PORT = re.compile(r"^(?:_ZN4weft4port\w+|weft_\w+)$")
LINKER = {"_GLOBAL_OFFSET_TABLE_"}


def check_target(t, builder, target):
    objects, port = builder.core(target), builder.port(target)
    if not (builder.report(target, objects) and builder.report(target, port)):
        return
    core = {o.source: elf.Elf(o.path) for o in objects}
    supplied = set().union(*(e.defined() for e in core.values()))
    by_port = set().union(*(elf.Elf(o.path).defined() for o in port))
    for source, object_file in core.items():
        for name in sorted(object_file.undefined() - supplied - LINKER):
            if MEMORY.match(name) or (PORT.match(name) and name in by_port):
                continue
            what = "the port does not define" if PORT.match(name) else "not the port's, a libcall:"
            t.fault(source, 0, f"[{target.name}] needs {name}: {what} {name}")


def main():
    t = tree.here()
    builder = build.Builder(t)
    for target in build.wanted([*build.BARE, build.NATIVE, build.AARCH64]):
        if not builder.missing(target):
            check_target(t, builder, target)
    t.finish()


main()
