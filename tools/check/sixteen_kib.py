#!/usr/bin/env python3
# sixteen_kib.py - a whole system fits in 16 KiB on Cortex-M3, and the README's sizes are right
# SPDX-License-Identifier: MIT
#
# The layout that tests/core/memory/test_sixteen_kib.cpp runs on hosts, compiled for the small core:
# its static_assert holds the limit. Each part is a section, whose size is read back from the object
# and compared with the table in the README. WEFT_CHECK_SIZES=1 prints them.
import os
import re

from lib import build, elf, tree

LAYOUT = "tests/core/memory/sixteen_kib.hpp"
README = "core/weft/memory/README.md"
FLAGS = ["-ffreestanding", "-fno-threadsafe-statics", "-x", "c++", "-I", "tests",
         "-DSIXTEEN_KIB_SECTIONS", "-Wno-pragma-once-outside-header"]


def sizes_in(path):
    sections = [s for s in elf.Elf(path).sections if s[0].startswith("part.")]
    return {name[len("part."):]: size for name, size in sections}


def documented(t):
    """{part: (line, bytes on the small core)}: the table's last column."""
    rows = {}
    for number, line in enumerate(t.text(README).split("\n"), 1):
        row = re.fullmatch(r"\| `?(\w+)`? \|.*\| ([\d,]+) \|", line.strip())
        if row:
            rows[row[1]] = (number, int(row[2].replace(",", "")))
    return rows


def main():
    t = tree.here()
    builder = build.Builder(t)
    target = next(one for one in build.BARE if one.name == "cortex-m3")
    if build.wanted([target]) and not builder.missing(target):
        compiled = builder.compile(target, LAYOUT, FLAGS)
        if builder.report(target, [compiled]):
            sizes, rows = sizes_in(compiled.path), documented(t)
            sizes["total"] = sum(sizes.values())
            for part, size in sizes.items():
                line, said = rows.get(part, (0, None))
                if said != size:
                    t.fault(README, line, f"[{target.name}] {part} is {size} bytes, not {said}")
            if os.environ.get("WEFT_CHECK_SIZES"):
                print("\n".join(f"{size:6} {part}" for part, size in sizes.items()))
    t.finish()


main()
