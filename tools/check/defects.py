#!/usr/bin/env python3
# defects.py - the tests and mutants that tests/README.md names for each defect exist
# SPDX-License-Identifier: MIT
import ast
import re

from lib import tree

README = "tests/README.md"
HEADING = "## Defects kept out"
TABLES = "tests/selfcheck/*_mutants.py"


def rows(text):
    """(line, defect, tests, mutants) of each row of the table below HEADING."""
    below = False
    for number, line in enumerate(text.split("\n"), 1):
        below = line == HEADING or (below and not line.startswith("## "))
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if below and line.startswith("|") and len(cells) == 3 and cells[0] not in ("Defect", "---"):
            yield number, cells[0], re.findall(r"`([^`]+)`", cells[1]), \
                re.findall(r"`([^`]+)`", cells[2])


def mutant_names(text):
    lists = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Assign)
             and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "MUTANTS"]
    return {row.elts[0].value for row in lists[0].elts}


def main():
    t = tree.here()
    tests = {name for path in t.code("tests")
             for name in re.findall(r"^TEST\((\w+)\)", t.text(path), re.M)}
    mutants = set().union(*(mutant_names(path.read_text(encoding="utf-8"))
                            for path in t.root.glob(TABLES)))
    table = list(rows(t.text(README)))
    if not table:
        t.fault(README, 0, f"no table below '{HEADING}'")
    for line, defect, named, planted in table:
        if not named or not planted:
            t.fault(README, line, f"'{defect}' names no test, or no mutant")
        for name in named:
            if name not in tests:
                t.fault(README, line, f"'{defect}': no such test: {name}")
        for name in planted:
            if name not in mutants:
                t.fault(README, line, f"'{defect}': no such mutant: {name}")
    t.finish()


main()
