# fibers.py - in gdb: all fibers are listed with what they wait for, and any can be gone to
# SPDX-License-Identifier: MIT
#
# gdb -batch -x tools/gdb/weft.py -x tests/gdb/fibers.py PROGRAM [CORE]
# WEFT_GDB_REMOTE: where an emulator's stub listens. WEFT_GDB_CORE: leave a core file there.
# WEFT_GDB_TRACE: leave the trace there.
import os
import re

import gdb

# A function that never returns saves no return address on Cortex-M.
ENTRIES = ("weft_fiber_start", "weft::Worker::fiber_main")

passed = failed = 0


def check(sentence, holds, text):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print("%s - %s" % ("ok" if holds else "not ok", sentence))
    if not holds:
        print("# " + text.replace("\n", "\n# "))


def told(command):
    try:
        return gdb.execute(command, to_string=True)
    except gdb.error as error:
        return str(error)


def start():
    gdb.execute("set pagination off")
    gdb.execute("set confirm off")
    if gdb.selected_thread() is not None:  # a core file
        return
    gdb.execute("break stop_here", to_string=True)
    remote = os.environ.get("WEFT_GDB_REMOTE")
    if remote:
        gdb.execute("target remote " + remote, to_string=True)
    gdb.execute("continue" if remote else "run", to_string=True)


def functions(text):
    return re.findall(r"^#\d+ +(?:0x\w+ in )?(\w[\w:]*)", text, re.M)


def label_of(listing, function):
    found = re.search(r"^ +(\d+\.\d+) .* in %s$" % function, listing, re.M)
    return found[1] if found else "none"


def look_at_list(listing):
    waiting = re.search(r"waiting .*for counter 0x(\w+), 3 left; in wait_inner$", listing, re.M)
    check("a fiber that waits is listed with its counter and what is left of it", waiting and
          int(waiting[1], 16) == int(gdb.parse_and_eval("(unsigned long)&never")), listing)
    check("so is one with a deadline",
          re.search(r"waiting .*for counter 0x\w+, 1 left; in wait_with_deadline$", listing, re.M), listing)
    check("a fiber that yielded is ready",
          re.search(r"ready .*in take_turns$", listing, re.M), listing)
    check("stacks are listed with their use and their most",
          re.search(r"stack \d+ B, at most [\d.]+ (?:KiB|B), of [\d.]+ (?:KiB|B)", listing), listing)
    check("fibers in the pool are counted", re.search(r"^[12] more fibers", listing, re.M), listing)


def look_at_fiber(listing):
    before = told("backtrace")
    text = told("weft fiber " + label_of(listing, "wait_inner"))
    names = functions(text)
    order = [names.index(name) if name in names else -1 for name in ("wait_inner", "wait_outer")]
    check("a fiber's frames end at its entry", -1 < order[0] < order[1] and
          names[-1] in ENTRIES and "Backtrace stopped" not in text, text)
    gdb.execute("frame function wait_outer", to_string=True)
    check("its locals can be looked at", "kept = 41" in told("info locals"),
          told("info locals"))
    told("weft thread")
    check("the thread is as it was", told("backtrace") == before, before)
    check("what is no fiber is said", "no fiber 0.99" in told("weft fiber 0.99"), "")


start()
listing = told("weft fibers")
look_at_list(listing)
look_at_fiber(listing)
if os.environ.get("WEFT_GDB_TRACE"):
    told("weft trace " + os.environ["WEFT_GDB_TRACE"])
if os.environ.get("WEFT_GDB_CORE"):
    gdb.execute("generate-core-file " + os.environ["WEFT_GDB_CORE"], to_string=True)
if gdb.selected_inferior().pid != 0 and gdb.selected_inferior().was_attached is not None:
    try:
        gdb.execute("delete breakpoints")
        gdb.execute("continue", to_string=True)
    except gdb.error:  # a core file does not go on
        pass
print("# %d passed, %d failed" % (passed, failed))
