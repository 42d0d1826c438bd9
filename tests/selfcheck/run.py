#!/usr/bin/env python3
# run.py - shows that every check fails on a planted fault, and says where (plants.py)
# SPDX-License-Identifier: MIT
#
# For each check: a copy of the tree under build/selfcheck, where the check must pass; then one
# fault at a time, where it must fail and say the plant's words. A check without a plant fails.
# `run.py orders links` looks at these two.
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

import plants

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECKS = ROOT / "tools" / "check"
COPIES = ROOT / "build" / "selfcheck"
NOT_COPIED = shutil.ignore_patterns("build", ".git", "__pycache__")


def run_check(name, copy):
    """(passed, output) of a check on a copy of the tree."""
    surroundings = dict(os.environ, WEFT_CHECK_TARGETS=plants.TARGETS.get(name, ""))
    surroundings.setdefault("WEFT_CHECK_OBJECTS", str(ROOT / "build" / "check" / "objects"))
    done = subprocess.run([str(CHECKS / f"{name}.py"), str(copy)], env=surroundings, text=True,
                          capture_output=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def copy_tree(name):
    copy = COPIES / name
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, text=True, capture_output=True,
                             check=False).stdout.split("\0")
    tops = {path.split("/")[0] for path in tracked if path} or set(os.listdir(ROOT))
    for top in sorted(tops - {"build", ".git"}):
        if (ROOT / top).is_dir():
            shutil.copytree(ROOT / top, copy / top, ignore=NOT_COPIED)
        elif (ROOT / top).exists():
            shutil.copy(ROOT / top, copy / top)
    return copy


def run_with(name, copy, path, change):
    """The check's word on the copy with one file changed; None if nothing changes."""
    file = copy / path
    before = file.read_text(encoding="utf-8") if file.exists() else None
    after = change(before or "")
    if after == before:
        return None
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(after, encoding="utf-8")
    result = run_check(name, copy)
    if before is not None:
        file.write_text(before, encoding="utf-8")
        return result
    file.unlink()
    while not any(file.parent.iterdir()):
        file = file.parent
        file.rmdir()
    return result


def plant(name, copy, path, change, words, said_before):
    """Plants one fault, looks, and takes it out again; returns a complaint or None."""
    result = run_with(name, copy, path, change)
    if result is None:
        return f"{name}: the plant in {path} changes nothing: plants.py is out of date"
    passed, output = result
    if passed:
        return f'{name}: passes with a fault in {path} that should say "{words}"'
    said = re.compile(".*".join(re.escape(part) for part in words.split(" ... ")))
    if not said.search(output) or said.search(said_before):
        return f'{name}: fails on {path} without saying "{words}":\n{output[:600]}'
    return None


def examine(name):
    copy = copy_tree(name)
    passed, output = run_check(name, copy)
    complaints = []
    if not passed:
        complaints.append(f"{name}: fails before any fault is planted:\n{output[:400]}")
    for path, change, words in plants.PLANTS[name]:
        complaints.append(plant(name, copy, path, change, words, output))
    for path, change in plants.HARMLESS.get(name, []):
        passed, output = run_with(name, copy, path, change) or (False, "changes nothing")
        if not passed:
            complaints.append(f"{name}: objects to what is right in {path}:\n{output[:600]}")
    shutil.rmtree(copy, ignore_errors=True)
    return [c for c in complaints if c]


def summary_agrees():
    """tools/check/all passes a failure on: in its lines, its count and its exit status."""
    copy = copy_tree("all")
    with open(copy / plants.README, "a", encoding="utf-8") as file:
        file.write("[there](nowhere.md)\n")
    done = subprocess.run([str(copy / "tools" / "check" / "all"), "links", "names"], text=True,
                          capture_output=True, check=False)
    lines = done.stdout.splitlines()
    good = done.returncode == 1 and "not ok - links" in lines and "ok - names" in lines and \
        lines[-1] == "# 1 passed, 1 failed"
    shutil.rmtree(copy, ignore_errors=True)
    return [] if good else [f"all: does not pass on a failing check:\n{done.stdout[:400]}"]


def main():
    checks = sorted(path.stem for path in CHECKS.glob("*.py"))
    complaints = [f"{c}: no fault is planted for this check: add one to tests/selfcheck/plants.py"
                  for c in checks if not plants.PLANTS.get(c)]
    wanted = [c for c in sys.argv[1:] or checks if c in plants.PLANTS and c in checks]
    wanted.sort(key=lambda c: c != "vendor")  # the longest first
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        summary = pool.submit(summary_agrees)
        for found in pool.map(examine, wanted):
            complaints += found
        complaints += summary.result()
    print("\n".join(complaints), end="\n" if complaints else "")
    return 1 if complaints else 0


sys.exit(main())
