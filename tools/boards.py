# boards.py - builds the suite for an emulated board, runs it, and says what did not fit and why
# SPDX-License-Identifier: MIT
#
# A board with a megabyte runs all tests in one image; a smaller one runs an image for each file.
# A file whose image the linker refuses for want of RAM or flash is listed with what it lacks.
# A test that needs more cores or an MMU says so itself (# SKIP).
import os
import pathlib
import re
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
MEGABYTE = 1 << 20
HUNG = 124
LIMIT_S = 120
STEADY = "-icount shift=5,sleep=off"  # an instruction each 32 ns, whoever else uses the host


def names():
    return sorted(p.parent.name for p in ROOT.glob("boards/*/board.mk"))


def number(board, name):
    text = (ROOT / "boards" / board / "memory.h").read_text()
    return int(re.search(r"#define %s +(\w+)" % name, text)[1], 0)


def is_large(board):
    return number(board, "WEFT_RAM_BYTES") >= MEGABYTE


def sources():
    return sorted(str(p.relative_to(ROOT / "tests").with_suffix(""))
                  for place in ("core/*", "port", "bare") for p in (ROOT / "tests").glob(place + "/*.cpp"))


def make(board, *goals):
    command = ["make", "--no-print-directory", "-k", "-j%d" % (os.cpu_count() or 2),
               "TARGET=" + board, *goals]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    return done.returncode, done.stdout.decode(errors="replace")


def run(board, image, *arguments, seconds=LIMIT_S, flags=""):
    environment = dict(os.environ, QEMU_SECONDS=str(seconds), QEMU_FLAGS=flags)
    done = subprocess.run([str(ROOT / "tools/run_board"), board, str(image), *arguments],
                          cwd=ROOT, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    text = done.stdout.decode(errors="replace")
    if done.returncode == HUNG:
        last = text.splitlines()[-1] if text else "(nothing)"
        text += ("\n# no end within %d s: %s hung, or lost a wake-up; its last line was: %s\n"
                 % (seconds, image, last))
    return done.returncode, text


def start_stopped(board, image, socket):
    """The emulator, before the image's first instruction: whoever debugs it by the socket goes on."""
    (ROOT / socket).unlink(missing_ok=True)
    environment = dict(os.environ, QEMU_SECONDS=str(LIMIT_S),
                       QEMU_FLAGS="-S -gdb unix:%s,server=on,wait=off" % socket)
    started = subprocess.Popen([str(ROOT / "tools/run_board"), board, image], cwd=ROOT,
                               env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        if (ROOT / socket).exists():
            break
        time.sleep(0.05)
    return started


def images(board):
    """([images], {image: what it lacks}, faults): everything that could be linked."""
    if is_large(board):
        code, text = make(board, "suite-only")
        image = "build/%s/suite" % board
        return ([image], {}, "") if code == 0 else ([], {}, text)
    goals = {source: "build/%s/suites/%s" % (board, source) for source in sources()}
    for goal in goals.values():
        (ROOT / goal).unlink(missing_ok=True)  # a kept one would hide that it no longer fits
    _, text = make(board, "--output-sync=target", "suites")
    missing, at = {}, None
    for line in text.splitlines():
        image = re.search(r"(build/\S+/suites/\S+) section", line)
        at = image[1] if image else at
        over = re.search(r"region `(\w+)' overflowed by (\d+) bytes", line)
        if over and at:
            missing[at.split("/suites/")[1]] = "%s bytes of %s" % (over[2], over[1])
    built = [goal for goal in goals.values() if (ROOT / goal).exists()]
    lost = [goal for source, goal in goals.items() if goal not in built and source not in missing]
    return built, missing, "not built: %s\n%s" % (" ".join(lost), text) if lost else ""


def counted(code, text):
    passed = len(re.findall(r"^ok \d+ - \w+$", text, re.M))
    skipped = len(re.findall(r"^ok .* # SKIP ", text, re.M))
    failed = len(re.findall(r"^not ok ", text, re.M))
    announced = re.search(r"^# (\d+) passed, (\d+) failed$", text, re.M)
    # An image whose tests were all skipped, or compiled out, ends with 1.
    if announced is None or passed != int(announced[1]) or code not in (0, 1):
        failed = max(failed, 1)
    if code == 1 and passed != 0:
        failed = max(failed, 1)
    return passed, failed, skipped


def test(board, seed):
    """(passed, failed, text): all that fits on the board."""
    built, missing, faults = images(board)
    passed = failed = skipped = 0
    text = faults
    failed += bool(faults)
    for image in built:
        code, said = run(board, image, str(seed))
        good, bad, left = counted(code, said)
        passed, failed, skipped = passed + good, failed + bad, skipped + left
        text += said + ("# %s: ends with %d\n" % (image, code) if bad else "")
    reasons = {}
    for reason in re.findall(r" # SKIP (.*)$", text, re.M):
        reasons[reason] = reasons.get(reason, 0) + 1
    said = ["%d %s" % (count, reason) for reason, count in sorted(reasons.items())]
    text += "# %s: %d passed, %d failed, %d skipped (%s); %d files do not fit\n" % (
        board, passed, failed, skipped, "; ".join(said), len(missing))
    for source, lack in sorted(missing.items()):
        text += "#   %s lacks %s\n" % (source, lack)
    (ROOT / "build").mkdir(exist_ok=True)
    with open(ROOT / "build/bench.csv", "a", encoding="utf-8") as file:
        file.write("board.%s.tests,%d,cases\n" % (board, passed))
    return passed, failed, text
