# tree.py - the tree under check: its files, and how a check says what it found
# SPDX-License-Identifier: MIT
#
# Every check is `check.py [root]`: silent and 0 when all is well, else one line per fault,
# "path:line: what is wrong", and 1.
import os
import pathlib
import subprocess
import sys

CODE = {".cpp", ".hpp", ".h", ".S"}
SKIPPED = {"build", ".git", "__pycache__"}


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.faults = []
        self._files = None

    def _list(self):
        if (self.root / ".git").exists():
            command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
            listed = subprocess.run(command, cwd=self.root, capture_output=True, check=False)
            names = listed.stdout.decode().split("\0")
            if listed.returncode == 0:
                return [n for n in names if n and (self.root / n).is_file()]
        found = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = [f for f in folders if f not in SKIPPED]
            found += [os.path.relpath(os.path.join(folder, f), self.root) for f in files]
        return found

    def files(self, *places, suffixes=None):
        """Paths below any of these folders (all without one), relative to the root, sorted."""
        if self._files is None:
            self._files = sorted(set(self._list()))
        inside = [f for f in self._files if not places or f.split("/")[0] in places
                  or any(f.startswith(p + "/") for p in places)]
        return [f for f in inside if suffixes is None or pathlib.Path(f).suffix in suffixes]

    def code(self, *places):
        return self.files(*places, suffixes=CODE)

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def fault(self, path, line, message):
        self.faults.append(f"{path}:{line}: {message}" if line else f"{path}: {message}")

    def finish(self):
        for fault in self.faults:
            print(fault)
        sys.exit(1 if self.faults else 0)


def here():
    """The tree named on the command line, else the one that this tool stands in."""
    default = pathlib.Path(__file__).resolve().parents[3]
    return Tree(sys.argv[1] if len(sys.argv) > 1 else default)
