#!/usr/bin/env python3
# layers.py - includes point to the left only, and the top level is what it is meant to be
# SPDX-License-Identifier: MIT
#
# The order below is the architecture: a folder of the core includes its own files and what stands
# left of it. The core sees the machine through <port.hpp> and no hosted header at all.
import re

from lib import cpp, tree

LAYERS = ["base", "config", "topology", "memory", "trace", "fiber", "job", "sched", "sync",
          "parallel", "frame", "system"]
PLAIN = {"stdint.h", "stddef.h"}
ACROSS = {"core/weft/weft.hpp", "core/weft/weft.h"}  # what users include: everything
TOP = {"core", "port", "boards", "linker", "tests", "tools", "Makefile", "CMakeLists.txt",
       "README.md", "LICENSE"}
CONTRACT = PLAIN | {"arch_inline.hpp", "env_inline.hpp"}  # what port.hpp itself includes
ARCH = PLAIN | {"port.hpp", "cet.h"}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)


def includes(t, path):
    text = t.text(path)
    comments = cpp.split(text)[1].split("\n")
    for found in INCLUDE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        if not comments[line - 1].lstrip().startswith("//"):
            yield line, found.group(1), found.group(2)


def check_core(t, path):
    folder = path.split("/")[2] if path.count("/") > 2 else ""
    if folder not in LAYERS and path not in ACROSS:
        t.fault(path, 1, f"not in a layer: core/weft has {' '.join(LAYERS)}, and weft.hpp")
        return
    for line, bracket, name in includes(t, path):
        if bracket == "<" and (name in PLAIN or name == "port.hpp"):
            continue
        if bracket == '"' or not name.startswith("weft/"):
            t.fault(path, line, f"the core includes <weft/...>, <port.hpp>, <stdint.h> and "
                                f"<stddef.h> only, not {name}")
            continue
        other = name.split("/")[1]
        if path in ACROSS:
            continue
        if other not in LAYERS:
            t.fault(path, line, f"{name} is for users: include what it includes")
        elif LAYERS.index(other) > LAYERS.index(folder):
            t.fault(path, line, f"{folder} may not include {other}, which stands right of it")


def check_port(t, path):
    for line, bracket, name in includes(t, path):
        if name.startswith(("weft/", "core/")):
            t.fault(path, line, f"the port knows nothing of the core: {name}")
        elif path == "port/port.hpp" and name not in CONTRACT:
            t.fault(path, line, f"the contract includes {' '.join(sorted(CONTRACT))} only")
        elif path.startswith("port/arch/") and bracket == "<" and name not in ARCH:
            t.fault(path, line, f"an instruction set has no hosted headers: {name}")


def check_top(t):
    for name in sorted({path.split("/")[0] for path in t.files()}):
        if name not in TOP and not name.startswith("."):
            t.fault(name, 0, f"not one of the top-level names: {' '.join(sorted(TOP))}")


def main():
    t = tree.here()
    check_top(t)
    for path in t.code("core"):
        check_core(t, path)
    for path in t.code("port"):
        check_port(t, path)
    t.finish()


main()
