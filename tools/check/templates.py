#!/usr/bin/env python3
# templates.py - the template port compiles, with the core, for every target: a port can start there
# SPDX-License-Identifier: MIT
from lib import build, tree


def main():
    t = tree.here()
    builder = build.Builder(t)
    for target in build.wanted([*build.BARE, *build.HOSTED_TEMPLATE]):
        if not builder.missing(target):
            builder.report(target, builder.port(target))
            builder.report(target, builder.core(target))
    t.finish()


main()
