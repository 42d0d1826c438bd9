#!/usr/bin/env python3
# bloat.py - nothing in the core's objects runs before main, unwinds, or names types at run time
# SPDX-License-Identifier: MIT
import re

from lib import build, elf, tree

SECTIONS = [
    (r"^\.(?:init_array|ctors|preinit_array)", "a static constructor"),
    (r"^\.(?:fini_array|dtors)", "a static destructor"),
    (r"^\.(?:gcc_except_table|ARM\.extab)", "an exception table"),
    (r"^\.(?:tbss|tdata)", "a thread_local, which goes stale when a fiber changes core"),
]
SYMBOLS = [
    (r"^__cxa_guard", "a thread-safe static local"),
    (r"^(?:__cxa_|__gxx_|_Unwind_|__aeabi_(?:unwind|atexit))", "the C++ run-time library"),
    (r"^_ZGV", "a static local with a run-time initialiser"),
    (r"^_GLOBAL__sub_I", "a static constructor"),
    (r"^_ZT[ISV]", "a vtable or type information"),
    (r"^_Z(?:nw|na)[mjy](?!N4weft2AtE)", "operator new"),
    (r"^_Z(?:dl|da)Pv(?!N4weft2AtE)", "operator delete"),
    (r"^(?:malloc|free|calloc|realloc)$", "the heap"),
]


def check_object(t, target, source, path):
    object_file = elf.Elf(path)
    for name, size in object_file.sections:
        for pattern, what in SECTIONS:
            if size != 0 and re.match(pattern, name):
                t.fault(source, 0, f"[{target.name}] section {name}: {what}")
    for name in sorted({symbol[0] for symbol in object_file.symbols}):
        for pattern, what in SYMBOLS:
            if re.match(pattern, name):
                t.fault(source, 0, f"[{target.name}] symbol {name}: {what}")
                break


def main():
    t = tree.here()
    builder = build.Builder(t)
    for target in build.wanted([*build.BARE, build.NATIVE, build.AARCH64]):
        if builder.missing(target):
            continue
        objects = builder.core(target)
        builder.report(target, objects)
        for one in objects:
            if one.path is not None:
                check_object(t, target, one.source, one.path)
    t.finish()


main()
