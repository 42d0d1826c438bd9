#!/usr/bin/env python3
# links.py - every relative link in a README leads to a file, and every #anchor to a heading
# SPDX-License-Identifier: MIT
import os
import re

from lib import tree

LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.I)


def prose(text):
    """The text with code blanked out, lines kept."""
    keep_lines = lambda m: re.sub(r"[^\n]", " ", m.group())
    text = re.sub(r"^(```|~~~).*?^\1", keep_lines, text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", keep_lines, text)


def anchors(text):
    for title in re.findall(r"^#+ +(.*?) *#*$", text, re.M):
        yield re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def check_link(t, path, line, link):
    target, _, anchor = link.partition("#")
    file = os.path.normpath(os.path.join(os.path.dirname(path), target)) if target else path
    if file.startswith("..") or not (t.root / file).exists():
        t.fault(path, line, f"leads nowhere: {link}")
    elif anchor and file.endswith(".md") and anchor not in anchors(t.text(file)):
        t.fault(path, line, f"no such heading: {link}")


def main():
    t = tree.here()
    for path in t.files(suffixes={".md"}):
        text = prose(t.text(path))
        for found in LINK.finditer(text):
            if not ELSEWHERE.match(found.group(1)):
                check_link(t, path, text.count("\n", 0, found.start()) + 1, found.group(1))
    t.finish()


main()
