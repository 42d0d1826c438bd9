# build.py - compiles the core with a port for each target that the checks look at
# SPDX-License-Identifier: MIT
#
# Objects are kept under build/check by the hash of everything that went into them: what did not
# change is not compiled again, and several checks share them. WEFT_CHECK_OBJECTS names another
# place, WEFT_CHECK_TARGETS (names, spaces between) restricts the targets.
import concurrent.futures
import hashlib
import os
import platform
import shutil
import subprocess
import time

KEPT_SECONDS = 2 * 24 * 3600  # objects that nobody asked for since then go
FREESTANDING = ["-ffreestanding", "-fno-threadsafe-statics"]
LANGUAGE = ["-std=c++17", "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Werror"]


class Target:
    def __init__(self, name, compiler, arch, env):
        self.name, self.compiler, self.arch, self.env = name, compiler, arch, env

    def includes(self):
        return ["-I", "core", "-I", "port", "-I", f"port/arch/{self.arch}",
                "-I", f"port/env/{self.env}"]

    def ready(self):
        return shutil.which(self.compiler[0]) is not None


def native_arch():
    return {"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())


def _clang(triple, *flags):
    return ["clang++", f"--target={triple}", *flags, "-Os"]


NATIVE = Target("native", ["g++", "-O2"], native_arch(), "linux")
AARCH64 = Target("aarch64", ["aarch64-linux-gnu-g++", "-O2", "-mno-outline-atomics"], "aarch64",
                 "linux")
BARE = [
    Target("cortex-m0", _clang("thumbv6m-none-eabi", "-mcpu=cortex-m0"), "template", "template"),
    # What is left out with one core is looked at too.
    Target("cortex-m0-two", _clang("thumbv6m-none-eabi", "-mcpu=cortex-m0", "-DWEFT_CORES=2"),
           "template", "template"),
    Target("cortex-m3", _clang("thumbv7m-none-eabi", "-mcpu=cortex-m3"), "template", "template"),
    Target("rv32imac", _clang("riscv32-unknown-elf", "-march=rv32imac", "-mabi=ilp32"), "template",
           "template"),
]
# The template with hosted compilers: two more instruction sets that it must compile for.
HOSTED_TEMPLATE = [
    Target("x86_64-template", ["g++", "-O2"], "template", "template"),
    Target("aarch64-template", ["aarch64-linux-gnu-g++", "-O2", "-mno-outline-atomics"],
           "template", "template"),
]


def wanted(targets):
    names = os.environ.get("WEFT_CHECK_TARGETS", "").split()
    return [t for t in targets if not names or t.name in names]


class Object:
    def __init__(self, source, path, errors):
        self.source, self.path, self.errors = source, path, errors


class Builder:
    def __init__(self, tree):
        self.tree = tree
        default = tree.root / "build" / "check" / "objects"
        self.cache = os.environ.get("WEFT_CHECK_OBJECTS", str(default))
        os.makedirs(self.cache, exist_ok=True)
        self._drop_old()
        headers = hashlib.sha256()
        for path in tree.files("core", "port"):
            if path.endswith((".hpp", ".h")):
                headers.update(path.encode() + b"\0" + (tree.root / path).read_bytes())
        self.headers = headers.digest()

    def _drop_old(self):
        for entry in os.scandir(self.cache):
            try:
                if time.time() - entry.stat().st_mtime > KEPT_SECONDS:
                    os.unlink(entry)
            except FileNotFoundError:  # another check was faster
                pass

    def compile(self, target, source, flags):
        """One object; errors holds the compiler's words when there is none."""
        command = [*target.compiler, *LANGUAGE, *flags, *target.includes(), "-c", source]
        key = hashlib.sha256(self.headers + "\0".join(command).encode() +
                             (self.tree.root / source).read_bytes()).hexdigest()
        path = os.path.join(self.cache, key[:32] + ".o")
        if os.path.exists(path):
            os.utime(path)
            return Object(source, path, "")
        partial = f"{path}.{os.getpid()}"
        run = subprocess.run([*command, "-o", partial], cwd=self.tree.root, text=True,
                             capture_output=True, check=False)
        if run.returncode != 0:
            return Object(source, None, run.stderr)
        os.replace(partial, path)
        return Object(source, path, "")

    def _compile_all(self, target, sources, flags):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return list(pool.map(lambda s: self.compile(target, s, flags), sources))

    def core(self, target):
        sources = [f for f in self.tree.files("core/weft") if f.endswith(".cpp")]
        names = [] if target.env == "template" else ["-DWEFT_PANIC_NAMES=1"]
        return self._compile_all(target, sources, FREESTANDING + names)

    def port(self, target):
        places = (f"port/arch/{target.arch}", f"port/env/{target.env}")
        sources = [f for f in self.tree.files(*places) if f.endswith((".cpp", ".S"))]
        flags = FREESTANDING if target.env == "template" else []
        return self._compile_all(target, sources, flags + ["-Wno-unused-command-line-argument"]
                                 if "clang" in target.compiler[0] else flags)

    def report(self, target, objects):
        """Turns compiler errors into faults; true when every object is there."""
        for failed in [o for o in objects if o.path is None]:
            lines = [l for l in failed.errors.splitlines() if "error:" in l] or \
                failed.errors.splitlines()
            for line in lines[:5]:
                self.tree.faults.append(f"[{target.name}] {line}")
        return all(o.path is not None for o in objects)

    def missing(self, target):
        if not target.ready():
            self.tree.fault(target.name, 0, f"{target.compiler[0]} is not installed: make setup")
        return not target.ready()
