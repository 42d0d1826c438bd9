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


def firmware(t):
    """The outside firmware builds from its own Makefile and runs on an emulated board."""
    place = t.root / "tests/vendor/cortexm"
    if not place.is_dir():
        return
    if shutil.which("arm-none-eabi-g++") is None or shutil.which("qemu-system-arm") is None:
        t.fault("tests/vendor/cortexm", 0, "arm-none-eabi-g++ or qemu-system-arm is not installed")
        return
    folder = str(t.root / "build/check/vendor-cortexm")
    make = ["make", "-C", str(place), f"WEFT={t.root}", f"OUT={folder}", "-j2"]
    if run(t, "building the firmware", make):
        run(t, "the firmware",
            [str(t.root / "tools/run_board"), "mps2_an385", folder + "/firmware.elf"])


def main():
    t = tree.here()
    firmware(t)
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
