#!/usr/bin/env python3
# tags.py - no two files share the tag that a panic reports, and tools/where computes the same one
# SPDX-License-Identifier: MIT
import subprocess

from lib import build, file_tag, tree

RESERVED = {0: "the template's arch", 1: "the template's env"}


def check_same_hash(t, paths):
    """The compiler's own word on a few paths: one static_assert each."""
    lines = ["#include <weft/base/require.hpp>"]
    lines += [f'static_assert(weft::file_tag("{p}") == {file_tag.file_tag(p)}u, "{p}");'
              for p in paths]
    command = [*build.NATIVE.compiler, "-std=c++17", *build.NATIVE.includes(), "-fsyntax-only",
               "-x", "c++", "-"]
    run = subprocess.run(command, cwd=t.root, input="\n".join(lines), text=True,
                         capture_output=True, check=False)
    if run.returncode != 0:
        t.fault("core/weft/base/require.hpp", 0,
                "file_tag() and tools/check/lib/file_tag.py differ:\n" + run.stderr[:800])


def check_where(t, path):
    command = [str(t.root / "tools" / "where"), f"{file_tag.file_tag(path):08x}:7"]
    run = subprocess.run(command, text=True, capture_output=True, check=False)
    if run.stdout != f"{path}:7\n":
        t.fault("tools/where", 0, f"does not find {path}: {run.stdout}{run.stderr}")


def main():
    t = tree.here()
    seen = dict(RESERVED)
    paths = t.code("core", "port", "tests", "tools")
    for path in paths:
        tag = file_tag.file_tag(path)
        if tag in seen:
            t.fault(path, 1, f"shares the tag {tag:08x} with {seen[tag]}: rename one")
        seen[tag] = path
    check_same_hash(t, paths + ["/elsewhere/core/weft/base/require.cpp"])
    if not t.faults:
        check_where(t, "core/weft/base/require.cpp")
    t.finish()


main()
