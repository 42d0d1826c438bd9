#!/usr/bin/env python3
# command_line.py - the demo as people start it: its options, its files, its lines without a terminal
# SPDX-License-Identifier: MIT
#
# command_line.py DEMO prints TAP, as suites do.
import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import zlib

DEMO = os.path.abspath(sys.argv[1])
CONVERT = os.path.join(os.path.dirname(__file__), "../../tools/trace/convert")
PLAIN = {key: value for key, value in os.environ.items() if key != "HEADLESS"}


def run(*options, **more):
    return subprocess.run([DEMO, *options], capture_output=True, text=True, timeout=100, check=False,
                          env={**PLAIN, **more})


def short(*options):
    with tempfile.TemporaryDirectory() as folder:
        done = run("--headless", "--frames", "16", "--out", folder, *options)
        files = {name: open(os.path.join(folder, name), "rb").read()
                 for name in os.listdir(folder)}
    return done, files


def checksum(text):
    return re.search(r"checksum   (\w{8})", text)[1]


def says(done, code, *words):
    return done.returncode == code and all(word in done.stdout + done.stderr for word in words)


def the_same_seed_makes_the_same_world_at_any_number_of_workers():
    sums = {checksum(short("--workers", str(workers))[0].stdout) for workers in (1, 2, 5)}
    return len(sums) == 1


def the_same_seed_makes_the_same_world_on_any_topology():
    return checksum(short("--topology", "2x2")[0].stdout) == checksum(short()[0].stdout)


def another_seed_makes_another_world():
    return checksum(short("--seed", "8")[0].stdout) != checksum(short("--seed", "7")[0].stdout)


def without_a_terminal_there_are_plain_lines():
    done, _ = short()
    return says(done, 0, "frame    16/16", "figures ", "trace ") and "\x1b" not in done.stdout


def the_summary_says_what_was_done():
    done, _ = short("--workers", "2", "--seed", "3")
    return says(done, 0, "16 in ", "2 workers", "seed 3", "100000 grains", "24 of 24 tiles",
                "missed")


def the_figures_are_json_with_a_row_for_each_frame():
    report = json.loads(short()[1]["demo.json"])
    return (report["schema"] == "weft-report/1" and len(report["frames"]) == 16
            and all(frame["ms"] > 0 and frame["bytes"] > 0 for frame in report["frames"]))


def the_trace_knows_memory_stacks_and_places():
    with tempfile.TemporaryDirectory() as folder:
        run("--headless", "--frames", "16", "--workers", "2", "--out", folder)
        out = os.path.join(folder, "all.json")
        subprocess.run([CONVERT, os.path.join(folder, "demo.trace"), "--json", out],
                       stdout=subprocess.DEVNULL, check=True)
        report = json.loads(open(out, encoding="utf-8").read())
    stacks = {row["name"]: row for row in report["stacks"]}
    return (all(0 < row["high"] <= row["capacity"] for row in report["memory"][:1])
            and all(0 < stacks[name]["used"] < stacks[name]["bytes"] for name in ("game", "audio"))
            and [row["count"] for row in report["sites"]] == [16, 16, 16])


def the_picture_is_a_png_whose_sums_are_right():
    data = short()[1]["demo.png"]
    at, kinds, packed = 8, [], b""
    while at < len(data):
        length = struct.unpack(">I", data[at:at + 4])[0]
        body = data[at + 4:at + 8 + length]
        if zlib.crc32(body) != struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0]:
            return False
        kinds.append(body[:4])
        packed += body[4:] if body[:4] == b"IDAT" else b""
        at += 12 + length
    pixels = zlib.decompress(packed)
    return (data[:8] == b"\x89PNG\r\n\x1a\n" and kinds == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
            and len(pixels) == 480 * 321)


def bad_options_are_told_in_a_line():
    cases = [(["--frames", "many"], "--frames wants a number from 1 to"),
             (["--frames", "0"], "--frames wants a number"), (["--workers=65"], "from 1 to 64"),
             (["--preset", "huge"], "no preset 'huge'; there are: desktop"),
             (["--topology", "2y2"], "--topology '2y2': "), (["--speed", "3"], "does not know '--speed'"),
             (["--seed"], "a value is missing after '--seed'")]
    return all(says(done, 2, words) and done.stderr.count("\n") == 1 and done.stdout == ""
               for done, words in ((run(*options), words) for options, words in cases))


def workers_float_when_they_are_told_to():
    if os.cpu_count() < 2:
        return True
    return (says(short("--workers", "2")[0], 0, "workers tied to CPUs")
            and says(short("--workers", "2", "--floating")[0], 0, "workers float"))


def help_lists_the_options():
    return says(run("--help"), 0, "--frames", "--workers", "--preset", "--topology", "--seed",
                "--headless", "--floating")


def a_picture_that_cannot_be_written_is_a_failure():
    return says(run("--headless", "--frames", "1", "--out", "/dev/null/x"), 1, "cannot write /dev/null/x/demo.png: Not a directory")


def on_terminal(colours):
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    with tempfile.TemporaryDirectory() as folder:
        demo = subprocess.Popen([DEMO, "--frames", "6", "--out", folder], stdout=slave, stderr=slave,
                                env={**PLAIN, "TERM": "xterm-256color", "COLORTERM": colours})
        os.close(slave)
        text = b""
        while select.select([master], [], [], 60)[0]:
            try:
                text += os.read(master, 65536)
            except OSError:  # the other side is closed
                break
        code = demo.wait(60)
    os.close(master)
    return code, text.decode(errors="replace")


def a_terminal_shows_blocks_and_bars_and_is_left_as_it_was():
    code, text = on_terminal("truecolor")
    return (code == 0 and "\u2580" in text and "\x1b[38;2;" in text and "frame 6 of 6" in text
            and text.index("\x1b[?1049h") < text.index("\x1b[?1049l") < text.index("checksum"))


def a_terminal_of_256_colours_is_given_no_others():
    code, text = on_terminal("")
    return code == 0 and "\x1b[38;5;" in text and "8;2;" not in text


def headless_is_obeyed_on_a_terminal():
    PLAIN["HEADLESS"] = "1"
    code, text = on_terminal("truecolor")
    del PLAIN["HEADLESS"]
    return code == 0 and "\x1b" not in text


def main():
    tests = [value for name, value in globals().items() if name.count("_") > 2 and callable(value)]
    failed = 0
    for number, test in enumerate(tests, 1):
        good = bool(test())
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {test.__name__}", flush=True)
    print(f"# {len(tests) - failed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
