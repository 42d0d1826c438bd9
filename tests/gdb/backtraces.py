# backtraces.py - in gdb: backtraces of a running and of a parked fiber end at the fiber's entry
# SPDX-License-Identifier: MIT
#
# gdb -batch -x tools/gdb/weft.py -x tests/gdb/backtraces.py PROGRAM
# For an emulator's stub, WEFT_GDB_REMOTE names where it listens.
import os

import gdb

RUNNING = ["stop_here", "running_outer", "fiber_main", "weft_fiber_start"]
PARKED = ["parked_inner", "parked_outer", "fiber_main", "weft_fiber_start"]


def frames(text):
    return [line for line in text.splitlines() if line.startswith("#")]


# The named functions stand in this order, the last of them is the outermost frame, and gdb has
# nothing to complain about. A function that never returns saves no return address on Cortex-M.
def ends_at_entry(text, names):
    lines = frames(text)
    if gdb.selected_inferior().architecture().name().startswith("arm") and names[-1] not in lines[-1]:
        names = names[:-1]
    at = 0
    for name in names:
        while at < len(lines) and name not in lines[at]:
            at += 1
    return at == len(lines) - 1 and "Backtrace stopped" not in text


failed = 0


def check(sentence, text, names):
    global failed
    good = ends_at_entry(text, names)
    failed += not good
    print("%s - %s" % ("ok" if good else "not ok", sentence))
    if not good:
        print("# " + text.replace("\n", "\n# "))


gdb.execute("set pagination off")
gdb.execute("set confirm off")
gdb.execute("break stop_here", to_string=True)
remote = os.environ.get("WEFT_GDB_REMOTE")
if remote:
    gdb.execute("target remote " + remote, to_string=True)
    gdb.execute("continue", to_string=True)
else:
    gdb.execute("run", to_string=True)

check("the backtrace of a running fiber ends at its entry",
      gdb.execute("backtrace", to_string=True), RUNNING)
check("the backtrace of a parked fiber ends at its entry",
      gdb.execute("weft-bt parked", to_string=True), PARKED)
check("the running fiber is as it was", gdb.execute("backtrace", to_string=True), RUNNING)
gdb.execute("delete breakpoints")
try:
    gdb.execute("continue", to_string=True)
except gdb.error:
    pass  # an emulator ends with its program, perhaps before it has said so
print("# %d passed, %d failed" % (3 - failed, failed))
