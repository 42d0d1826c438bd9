#!/usr/bin/env python3
# vendor.py - an outside CMake project adds this repository, links weft::weft and runs
# SPDX-License-Identifier: MIT
import shutil
import subprocess

from lib import tree

PLACE = "tests/vendor/cmake"


def run(t, what, command):
    done = subprocess.run(command, cwd=t.root, text=True, capture_output=True, check=False,
                          timeout=120)
    if done.returncode != 0:
        words = (done.stdout + done.stderr).strip().splitlines()
        errors = [l for l in words if "rror" in l or "weft" in l] or words
        details = "\n    ".join(errors[-12:])
        t.fault(PLACE, 0, f"{what} fails with {done.returncode}\n    {details}")
    return done.returncode == 0


def refuses_unknown(t, folder, option):
    """An arch or env without a folder must end with words that help."""
    command = ["cmake", "-S", PLACE, "-B", f"{folder}-{option}", f"-DWEFT_SOURCE={t.root}",
               f"-D{option}=nowhere"]
    done = subprocess.run(command, cwd=t.root, text=True, capture_output=True, check=False)
    if done.returncode == 0 or f"{option}='nowhere'" not in done.stderr:
        t.fault("CMakeLists.txt", 0, f"{option}=nowhere is not refused by name")


def main():
    t = tree.here()
    if shutil.which("cmake") is None:
        t.fault("cmake", 0, "is not installed: make setup")
        t.finish()
    folder = str(t.root / "build" / "check" / "vendor")
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    configure = ["cmake", "-S", PLACE, "-B", folder, f"-DWEFT_SOURCE={t.root}",
                 "-DCMAKE_BUILD_TYPE=Release", *generator]
    if run(t, "configuring", configure) and run(t, "building", ["cmake", "--build", folder]):
        run(t, "the program", [f"{folder}/vendor"])
    for option in ("WEFT_ARCH", "WEFT_ENV"):
        refuses_unknown(t, folder, option)
    t.finish()


main()
