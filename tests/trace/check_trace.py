#!/usr/bin/env python3
# check_trace.py - what tools/trace makes of a program's trace, of its dump and of its core file
# SPDX-License-Identifier: MIT
#
# tests/trace/check_trace.py FRAMES DUMP PROGRAM NM [CORE]
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "trace"))

import decode
import report_json
import symbols

FRAMES = int(sys.argv[1])
passed = failed = 0


def check(sentence, holds, words=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print("%s - %s%s" % ("ok" if holds else "not ok", sentence, "" if holds else " # " + str(words)))


def kinds(trace):
    return collections.Counter(event[2] for event in trace.events)


def look_at_dump(trace, report):
    count = kinds(trace)
    check("every job has a begin and an end", count["job_begin"] == count["job_end"] > 9 * FRAMES, count)
    check("every zone has a begin and an end", count["zone_begin"] == count["zone_end"] == 9 * FRAMES,
          count)
    check("every frame has its begin, end and reset",
          count["frame_begin"] == count["frame_end"] == count["frame_reset"] == FRAMES, count)
    check("names are read", set(trace.names.values()) == {"load", "simulate", "grains"}, trace.names)
    tags = {tag["name"]: tag for tag in report["tags"]}
    check("tags are summed over the workers", tags["load"]["count"] == FRAMES and
          tags["simulate"]["count"] == 8 * FRAMES and tags["load"]["bytes"] == 4096 * FRAMES, tags)
    check("times are told in real units", 0.02 * FRAMES <= tags["load"]["ms"] < 20 * FRAMES,
          tags["load"])
    lasts = [frame["ms"] for frame in report["frames"]]
    check("frames last as long as what is in them", len(lasts) == FRAMES and min(lasts) >= 0.05, lasts)
    check("frames say what memory they took", all(1000 <= f["bytes"] < 4096 for f in report["frames"]))
    check("stacks are measured", any(0 < s["used"] < s["bytes"] for s in report["stacks"]))
    names = set(report["functions"].values())
    check("jobs have names from the program", any("one_frame" in name for name in names), names)


# A fiber is on one worker at a time, whatever its events say of where it is.
def look_at_fibers(report):
    on, bad = {}, []
    for _, worker, fiber, kind, _ in report["events"]:
        if kind == "switch":
            on = {w: f for w, f in on.items() if w != worker}
            if fiber >= 0 and fiber in on.values():
                bad.append((worker, fiber))
            on[worker] = fiber
    check("no fiber runs on two workers", len(bad) == 0, bad[:5])


def look_at_chrome(dump, program, nm):
    with tempfile.TemporaryDirectory() as place:
        out = pathlib.Path(place) / "chrome.json"
        subprocess.run([str(ROOT / "tools/trace/convert"), dump, "--program", program, "--nm", nm,
                        "--chrome", str(out)], check=True, stdout=subprocess.DEVNULL)
        events = json.loads(out.read_text())["traceEvents"]
    depth = collections.Counter()
    for event in events:
        depth[event.get("tid")] += {"B": 1, "E": -1}.get(event["ph"], 0)
        check_depth = depth[event.get("tid")]
        if check_depth < 0:
            break
    check("spans for Chrome open and close in turn", not any(depth.values()), depth)
    check("frames are told to Chrome", sum(e["ph"] == "X" for e in events) == FRAMES)


def main():
    dump, program, nm = sys.argv[2:5]
    trace = decode.read(dump)
    report = report_json.of(trace, symbols.functions_of(program, trace, nm))
    look_at_dump(trace, report)
    look_at_fibers(report)
    look_at_chrome(dump, program, nm)
    if len(sys.argv) > 5:
        dead = kinds(decode.read(sys.argv[5]))
        check("a core file is read as a dump is", dead["job_begin"] == dead["job_end"] > 9 * FRAMES and
              dead["frame_end"] == FRAMES, dead)
    print("# %d passed, %d failed" % (passed, failed))
    return failed != 0


sys.exit(main())
