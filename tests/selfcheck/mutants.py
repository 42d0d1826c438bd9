#!/usr/bin/env python3
# mutants.py - breaks the library in many places, one at a time, and sees the suite notice each
# SPDX-License-Identifier: MIT
#
# `make mutants`; `mutants.py yield canary` runs those whose name holds a word. A mutant that builds
# and passes its tests is a hole in them. A new promise deserves a mutant: add a row.
#
# Only the tests that must notice are built and run, in one copy of the tree for each CPU. With
# `--some`, every tenth row, from one that the commit decides: all have their turn in time.
import concurrent.futures
import os
import pathlib
import platform
import queue
import re
import shutil
import subprocess
import sys

import board_mutants
import demo_mutants
import fiber_mutants
import memory_mutants
import parallel_mutants
import sched_mutants
import topology_mutants
import trace_mutants

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPIES = ROOT / "build" / "mutants"
RUN = {"aarch64": ["qemu-aarch64-static"], "aarch64-protected": ["qemu-aarch64-static", "-cpu", "max"]}
TRIES = 5  # some are noticed only when two cores meet in the right moment
BOARDS = [p.parent.name for p in ROOT.glob("boards/*/board.mk")]
GDB = ["gdb", "-batch", "-x", "tools/gdb/weft.py", "-x", "tests/gdb/backtraces.py",
       "build/native/parked"]

# A row of a table: name, target, file, what stands there, what the mutant says instead, and parts of
# the names of tests that must notice ("died" where the suite may not survive it, or may hang; alone:
# run all tests).


def execute(copy, command, limit):
    try:
        done = subprocess.run(command, cwd=copy, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=limit, check=False)
        return done.returncode, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired as late:
        return "hung", (late.stdout or b"").decode(errors="replace")


# The test files with a test whose name holds one of the parts; all of them for no part.
def files_with(copy, target, parts):
    found = []
    own = copy.glob("tests/bare/*.cpp" if target in BOARDS else "tests/demo/*.cpp")
    for file in sorted([*copy.glob("tests/core/*/*.cpp"), *copy.glob("tests/port/*.cpp"), *own]):
        names = re.findall(r"TEST\((\w+)\)", file.read_text(encoding="utf-8"))
        if not parts or any(part in name for name in names for part in parts):
            found.append(str(file.relative_to(copy)))
    return found


def build(copy, target, parts):
    out = "build/" + ("native" if target == "gdb" else target.replace("overflow ", ""))
    program = out + ("/parked" if target == "gdb" else "/crash" if " " in target else "/suite")
    (copy / program).unlink(missing_ok=True)  # it may have been made of other tests
    return execute(copy, ["make", "--no-print-directory", program, "TARGET=" + out[6:],
                          "TESTED=" + " ".join(files_with(copy, target, parts))], 300)


# Whether a board tells of an overflow as its fiber's.
def overflow_noticed_by(copy, board):
    _, output = execute(copy, ["tools/run_board", board, "build/%s/crash" % board, "overflow"], 20)
    told = re.search(r"stack overflow in fiber 'deep-thought'", output) is not None
    return ([] if told else ["overflow_is_reported"]), int(told)


# What noticed: the tests that failed, and "died" when the suite did not come to its end.
def noticed_by(copy, target, parts):
    if target.startswith("overflow "):
        return overflow_noticed_by(copy, target.split()[1])
    runner = ["tools/run_board", target] if target in BOARDS else RUN.get(target, [])
    command = GDB if target == "gdb" else runner + ["build/%s/suite" % target, "1"] + parts
    _, output = execute(copy, command, 20)
    failed = re.findall(r"^not ok (?:\d+ )?- (\w.*)$", output, re.M)
    passed = re.findall(r"^ok (?:\d+ )?- ", output, re.M)
    ended = re.search(r"^# \d+ passed, \d+ failed$", output, re.M)
    return failed + ([] if ended else ["died"]), len(passed)


def verdict(copy, target, expected):
    parts = [] if target == "gdb" else [part for part in expected.split("|") if part != "died"]
    code, output = build(copy, target, parts)
    if code != 0:
        return "does not build: " + "; ".join(re.findall(r"error: .*", output)[:2])
    for _ in range(TRIES):
        noticed, passed = noticed_by(copy, target, parts)
        if noticed:
            break
    if not noticed:
        return "none of %d tests noticed" % passed
    if not any(part in name.replace(" ", "_") for name in noticed for part in expected.split("|")):
        return "noticed only by " + ", ".join(noticed)
    return None


def try_mutant(copy, name, target, path, before, after, expected):
    file = copy / path
    text = file.read_text(encoding="utf-8")
    if text.count(before) != 1:
        return "its place is not there once, but %d times" % text.count(before)
    file.write_text(text.replace(before, after), encoding="utf-8")
    try:
        return verdict(copy, target, expected)
    finally:
        file.write_text(text, encoding="utf-8")


def fresh_copy(number):
    copy = COPIES / str(number)
    copy.mkdir(parents=True, exist_ok=True)
    for top in ("core", "port", "boards", "linker", "tests", "tools", "Makefile"):
        if (ROOT / top).is_dir():
            shutil.rmtree(copy / top, ignore_errors=True)
            shutil.copytree(ROOT / top, copy / top)
        else:
            shutil.copy(ROOT / top, copy / top)
    return copy


def commit_number():
    head = subprocess.run(["git", "rev-parse", "HEAD"], text=True, capture_output=True, check=False)
    return int(head.stdout[:8] or "0", 16)


def runs_here(target):
    return target.startswith("aarch64") or platform.machine() == "x86_64"


def main(words):
    tables = (fiber_mutants, memory_mutants, parallel_mutants, sched_mutants, topology_mutants,
              demo_mutants, trace_mutants, board_mutants)
    every = [row for table in tables for row in table.MUTANTS]
    if words[:1] == ["--some"]:
        words, every = words[1:], every[commit_number() % 10::10]
    chosen = [m for m in every if runs_here(m[1]) and (not words or any(w in m[0] for w in words))]
    # A board that hangs ends before its limit here; what it does depends on nobody else.
    os.environ.update(QEMU_SECONDS="15", QEMU_FLAGS="-icount shift=5,sleep=off")
    free = queue.SimpleQueue()
    lanes = os.cpu_count() or 1
    for number in range(lanes):
        free.put(fresh_copy(number))

    def try_in_a_copy(mutant):
        copy = free.get()
        try:
            return mutant[0], try_mutant(copy, *mutant)
        finally:
            free.put(copy)

    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(lanes) as pool:
        for name, fault in pool.map(try_in_a_copy, chosen):
            passed, failed = passed + (fault is None), failed + (fault is not None)
            print("%s - %s%s" % ("ok" if fault is None else "not ok", name,
                                 "" if fault is None else ": " + fault), flush=True)
    print("# %d passed, %d failed" % (passed, failed))
    return 0 if failed == 0 and passed > 0 else 1


os.chdir(ROOT)
sys.exit(main(sys.argv[1:]))
