#!/usr/bin/env python3
# clobbers.py - an inlined switch names every register that it neither saves nor passes
# SPDX-License-Identifier: MIT
#
# A forgotten register breaks only the program whose compiler holds a value there: a test may pass.
import re

from lib import tree


def numbered(prefix, *ranges):
    return {f"{prefix}{n}" for low, high in ranges for n in range(low, high + 1)}


NEEDED = {
    "port/arch/x86_64/arch_inline.hpp":
        {"rax", "rcx", "memory", "cc", "st"} | numbered("r", (8, 15)) | numbered("xmm", (0, 31)) |
        numbered("k", (1, 7)) | numbered("mm", (0, 7)) | {f"st({n})" for n in range(1, 8)},
    "port/arch/aarch64/arch_inline.hpp":
        {"memory", "cc"} | numbered("x", (3, 18), (20, 28), (30, 30)) | numbered("v", (0, 31)) |
        numbered("p", (0, 15)),
}


def main():
    t = tree.here()
    for path, needed in NEEDED.items():
        text = t.text(path)
        named = set(re.findall(r'"([a-z]+\d*(?:\(\d\))?)"', text))
        line = text[:text.find("#define WEFT_CLOBBER")].count("\n") + 1
        for register in sorted(needed - named):
            t.fault(path, line, f"no clobber names {register}")
    t.finish()


main()
