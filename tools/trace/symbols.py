# symbols.py - which function an address is, from the program's own symbols
# SPDX-License-Identifier: MIT
import re
import subprocess

OURS = re.compile(r"weft::|unsigned$|long$|const$|operator$")


def _plain(name):
    """What a user would call a job: the closure's place, without the library's words around it."""
    found = re.search(r"run_inline_closure<(.*)>\(", name) or re.search(r"ClosureApart<(.*)>::", name)
    text = found[1] if found else name
    text = re.sub(r"\{lambda\([^{}]*\)(#\d+)\}", r"lambda\1", text)
    text = re.sub(r"\((?:anonymous namespace)\)::", "", text)
    text = re.sub(r"\([^()]*\)", "", text)
    if text.startswith("weft::"):  # a loop, a join, a frame's job: around the user's own
        inner = [name for name in re.findall(r"[A-Za-z_][\w:#]*", text) if not OURS.match(name)]
        text = inner[0] if inner else text
    return text.removesuffix("::lambda#1")[:120]


# {low 32 bits of the address at run time: name}. The trace says where its mark was in memory, the
# symbols say where it is in the file: the difference is how far the program was moved.
def functions_of(program, trace, nm="nm"):
    listing = subprocess.run([nm, "-C", program], capture_output=True, text=True, check=True).stdout
    rows = re.findall(r"^([0-9a-f]+) (\w) (.*)$", listing, re.M)
    mark = next((int(at, 16) for at, _, name in rows if name == "weft_trace_mark"), None)
    if mark is None or not trace.rings:
        return {}
    moved = trace.rings[0][1].code - mark
    return {int(at, 16) + moved & 0xFFFFFFFF: _plain(name)
            for at, kind, name in rows if kind in "tTwW"}
