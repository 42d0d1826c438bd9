#!/usr/bin/env python3
# names.py - nothing names one machine's paths or a package registry
# SPDX-License-Identifier: MIT
#
# This file is not looked at itself: it is the list.
import re

from lib import tree

PATTERNS = [
    (r"(?<![\w./<~-])/(?:work|root)(?:/|\b(?=[\s\"'`]))", "a path of one machine"),
    (r"(?<![\w./<~-])/(?:home|Users)/\w+", "somebody's home folder"),
    (r"pypi\.(?:org|python)|pythonhosted\.(?:org)", "a package registry"),
    (r"crates\.(?:io)|registry\.(?:npmjs|yarnpkg)|npmjs\.(?:com|org)", "a package registry"),
    (r"(?:deb|security)\.debian\.(?:org)|archive\.ubuntu\.(?:com)", "a package registry"),
    (r"(?:docker|ghcr|quay)\.(?:io)\b|proxy\.golang\.(?:org)", "a package registry"),
]
ITSELF = "tools/check/names.py"


def main():
    t = tree.here()
    for path in t.files():
        if path == ITSELF:
            continue
        for number, line in enumerate(t.text(path).split("\n"), 1):
            for pattern, what in PATTERNS:
                found = re.search(pattern, line)
                if found:
                    t.fault(path, number, f"names {what}: {found.group().strip()}")
    t.finish()


main()
