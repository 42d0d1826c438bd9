#!/usr/bin/env python3
# must_not_compile.py - what must be refused is refused, in the words that help
# SPDX-License-Identifier: MIT
#
# Each `CASE_<name>` in tests/must_not_compile is compiled by both compilers with the template port;
# it must fail and say what the line "says:" below it promises (clang what "clang:" does, if there is
# one). Every rule of core/weft/config/rules.hpp has a case of its name. Each file without a case
# must compile.
import concurrent.futures
import pathlib
import re
import shutil
import subprocess
import tempfile

from lib import build, cpp, tree

PLACE = "tests/must_not_compile"
RULES = "core/weft/config/rules.hpp"
PORT = "port/arch/template"
COMPILERS = {"gcc": "g++", "clang": "clang++"}
CASE = re.compile(r"defined\(CASE_(\w+)\)\n((?:\s*//.*\n)*)")


class Case:
    def __init__(self, path, line, name, notes):
        self.path, self.line, self.name = path, line, name
        says = self._note("says", notes)
        self.says = {"gcc": says, "clang": self._note("clang", notes) or says}
        self.without = self._note("without", notes)

    @staticmethod
    def _note(key, notes):
        found = re.search(rf"// {key}: (.*)", notes)
        return found.group(1) if found else None


def cases_in(t, path):
    text = t.text(path)
    for found in CASE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        case = Case(path, line, *found.groups())
        if case.says["gcc"] is None:
            t.fault(path, line, f"case {case.name}: a comment below it says `// says: <message>`")
        else:
            yield case


def delete_function(folder, name):
    """Takes a function's definition out of the copied port."""
    file = pathlib.Path(folder) / "arch_inline.hpp"
    text = file.read_text(encoding="utf-8")
    source = cpp.Source(text)
    block = next(b for b in source.blocks if re.search(rf"\b{name}\(", b.header))
    file.write_text(text[:block.start] + text[block.end + 1:], encoding="utf-8")


def compile_case(t, compiler, path, define, arch=None):
    target = build.Target("template", [COMPILERS[compiler]], "template", "template")
    command = [*target.compiler, *build.LANGUAGE, *build.FREESTANDING, "-Wno-unused-variable",
               *(["-I", arch] if arch else []), *target.includes(), *define, "-fsyntax-only", path]
    return subprocess.run(command, cwd=t.root, text=True, capture_output=True, check=False)


def check_case(t, case, compiler):
    define = [f"-DCASE_{case.name}"]
    if case.without is None:
        result = compile_case(t, compiler, case.path, define)
    else:
        with tempfile.TemporaryDirectory() as folder:
            arch = shutil.copytree(t.root / PORT, pathlib.Path(folder) / "arch")
            delete_function(arch, case.without)
            result = compile_case(t, compiler, case.path, define, str(arch))
    name, says = f"{case.name} ({compiler})", case.says[compiler]
    errors = re.sub("[\u2018\u2019]", "'", result.stderr)
    if result.returncode == 0:
        return f"case {name}: compiles, and must not"
    if not any(says in line for line in errors.splitlines() if "error:" in line):
        return f'case {name}: refused, but without saying "{says}":\n{errors[:600]}'
    return None


def check_rules_covered(t, cases):
    named = {case.name for case in cases}
    text = t.text(RULES)
    for found in re.finditer(r"^\s*X\((\w+),(?! condition)", text, re.M):
        if found.group(1) not in named:
            line = text.count("\n", 0, found.start(1)) + 1
            t.fault(RULES, line, f"rule {found.group(1)} has no case in {PLACE}/config_rules.cpp")


def check_control(t, path, compiler):
    control = compile_case(t, compiler, path, [])
    if control.returncode != 0:
        t.fault(path, 1, f"must compile without a case, and does not ({compiler}):\n"
                         f"{control.stderr[:600]}")
    return control.returncode == 0


def main():
    t = tree.here()
    for compiler in [c for c, command in COMPILERS.items() if shutil.which(command) is None]:
        t.fault(compiler, 0, "is not installed: make setup")
        del COMPILERS[compiler]
    files = t.files(PLACE, suffixes={".cpp"})
    cases = [case for path in files for case in cases_in(t, path)]
    check_rules_covered(t, cases)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for compiler in COMPILERS:
            sound = [path for path in files if check_control(t, path, compiler)]
            meant = [case for case in cases if case.path in sound]
            messages = pool.map(lambda c: check_case(t, c, compiler), meant)
            for case, message in zip(meant, messages):
                if message:
                    t.fault(case.path, case.line, message)
    t.finish()


main()
