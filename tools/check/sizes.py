#!/usr/bin/env python3
# sizes.py - files stay under 400 lines and functions under 60, and every file says what it is for
# SPDX-License-Identifier: MIT
import pathlib
import re

from lib import cpp, tree

MAX_FILE = 400
MAX_FUNCTION = 60
TEXT = tree.CODE | {".py", ".ld", ".mk", ".md", ".gdb"}


def check_file(t, path):
    lines = t.text(path).count("\n")
    if lines > MAX_FILE:
        t.fault(path, MAX_FILE, f"{lines} lines, and {MAX_FILE} are the most: two files are in it")


def check_head(t, path):
    """Line 1 (line 2 below a #!): `name - what it is for`; the licence on the next."""
    lines = t.text(path).split("\n")
    first = 1 if lines[0].startswith("#!") else 0
    name = re.escape(pathlib.Path(path).name)
    if path.endswith("/lib/__init__.py"):
        name = "lib"
    if not re.match(rf"(?://|#|/\*) {name} - \S", lines[first]):
        t.fault(path, first + 1, "line 1 says `<name> - what it is for`")
    if len(lines) < first + 2 or "SPDX-License-Identifier: MIT" not in lines[first + 1]:
        t.fault(path, first + 2, "the line after the first is SPDX-License-Identifier: MIT")


def check_functions(t, path):
    source = cpp.Source(t.text(path))
    for block in source.blocks:
        if not block.is_function() or block.end is None:
            continue
        first, last = source.line(block.start), source.line(block.end)
        if last - first + 1 > MAX_FUNCTION:
            t.fault(path, first, f"a function of {last - first + 1} lines; {MAX_FUNCTION} at most")


def main():
    t = tree.here()
    for path in t.files(suffixes=TEXT):
        check_file(t, path)
    for path in t.files(suffixes=tree.CODE | {".py", ".ld"}):
        check_head(t, path)
    for path in t.code("core", "port"):
        if not path.endswith(".S"):
            check_functions(t, path)
    t.finish()


main()
