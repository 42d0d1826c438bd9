#!/usr/bin/env python3
# readme_code.py - the C++ in every README compiles, and what has a main() runs
# SPDX-License-Identifier: MIT
#
#   ```cpp            with a main(): compiled, linked with the native library, run, exit status 0
#   ```cpp            without: compiled as a file of its own
#   ```cpp fragment   shown only
import os
import re
import subprocess
import tempfile

from lib import build, tree

BLOCK = re.compile(r"^```cpp[ \t]*(\w*)[ \t]*\n(.*?)^```", re.M | re.S)
FLAGS = [*build.LANGUAGE, "-Wno-unused"]


def run(t, command):
    limited = ["timeout", "60", *command]  # a program that hangs ends with 124
    return subprocess.run(limited, cwd=t.root, text=True, capture_output=True, check=False)


def library(t):
    builder = build.Builder(t)
    objects = builder.core(build.NATIVE) + builder.port(build.NATIVE)
    return [o.path for o in objects] if builder.report(build.NATIVE, objects) else None


def check_block(t, path, line, code):
    is_program = re.search(r"^int main\(", code, re.M) is not None
    with tempfile.TemporaryDirectory() as folder:
        source, program = os.path.join(folder, "block.cpp"), os.path.join(folder, "block")
        with open(source, "w", encoding="utf-8") as file:
            file.write(f'#line {line + 1} "{path}"\n{code}')
        command = [*build.NATIVE.compiler, *FLAGS, *build.NATIVE.includes(), source]
        parts = library(t) if is_program else None
        if is_program and parts is None:
            return
        command += [*parts, "-o", program, "-pthread"] if is_program else ["-fsyntax-only"]
        built = run(t, command)
        if built.returncode != 0:
            errors = [l for l in built.stderr.splitlines() if "error" in l or "undefined" in l]
            t.fault(path, line, "this block does not compile\n    " + "\n    ".join(errors[:5]))
        elif is_program:
            ended = run(t, [program])
            if ended.returncode != 0:
                t.fault(path, line, f"this program ended with {ended.returncode}: "
                                    f"{(ended.stdout + ended.stderr)[-500:]}")


def main():
    t = tree.here()
    for path in t.files(suffixes={".md"}):
        text = t.text(path)
        for found in BLOCK.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            if found.group(1) == "":
                check_block(t, path, line, found.group(2))
            elif found.group(1) != "fragment":
                t.fault(path, line, f"```cpp {found.group(1)}: only `fragment` is known")
    t.finish()


main()
