#!/usr/bin/env python3
# format.py - the tree is as clang-format would have it
# SPDX-License-Identifier: MIT
import re
import shutil
import subprocess

from lib import tree


def main():
    t = tree.here()
    tool = shutil.which("clang-format-14") or shutil.which("clang-format")
    if tool is None:
        t.fault("clang-format", 0, "is not installed: make setup")
        t.finish()
    files = t.files("core", "port", "boards", "tests", "tools", suffixes={".cpp", ".hpp", ".h"})
    command = [tool, "--dry-run", "-Werror", "--style=file", *files]
    run = subprocess.run(command, cwd=t.root, capture_output=True, text=True, check=False)
    places = {}
    for path, line in re.findall(r"^(\S+?):(\d+):\d+: error: code should be", run.stderr, re.M):
        places.setdefault(path, []).append(int(line))
    for path, lines in sorted(places.items()):
        shown = ", ".join(map(str, sorted(set(lines))[:12]))
        t.fault(path, min(lines), f"not formatted (lines {shown}): {tool.split('/')[-1]} -i {path}")
    if run.returncode != 0 and not t.faults:
        t.faults += run.stderr.splitlines()[:10]
    t.finish()


main()
