#!/usr/bin/env python3
# orders.py - every atomic operation stands under a comment that names its order and its pair
# SPDX-License-Identifier: MIT
#
#     // Release: publishes node->next. Pairs with the acquire exchange in take_all().
#     } while (!head_.cas_weak_release(seen, node));
#
# The comment stands on the statement, directly above it, or above the loop or branch that the
# statement is in. "Acquire: as above" takes over a pairing argued earlier in the same function.
# Not looked at: base/atomic*.hpp and a port's compare_and_swap, which only hand the order on.
import re

from lib import cpp, tree

METHOD = re.compile(r"\b(?:(?:load|store|exchange|cas_weak|cas_strong|fetch_(?:add|sub|or|and))|"
                    r"fence)_(relaxed|acquire|release|acq_rel|seq_cst)\s*\(")
BUILTIN = re.compile(r"\b__atomic_\w+\s*\(")
ORDER = re.compile(r"__ATOMIC_([A-Z_]+)")
NAMES = {"relaxed": "Relaxed", "acquire": "Acquire", "release": "Release",
         "acq_rel": "Acquire and release", "seq_cst": "Sequentially consistent"}
EXEMPT = re.compile(r"^core/weft/base/atomic\w*\.hpp$")


def strongest(orders):
    """Which order the comment must name, of an operation's (success and failure) orders."""
    for order in ("seq_cst", "acq_rel"):
        if order in orders:
            return order
    if {"acquire", "release"} <= orders:
        return "acq_rel"
    return next((o for o in ("release", "acquire") if o in orders), "relaxed")


def operations(source):
    """(position, order) of each operation in the file."""
    for found in METHOD.finditer(source.code):
        yield found.start(), found.group(1)
    for found in BUILTIN.finditer(source.code):
        end = cpp.call_end(source.code, found.end() - 1)
        orders = {o.lower() for o in ORDER.findall(source.code[found.start():end])}
        yield found.start(), strongest(orders - {"consume"})


def comments_for(source, position):
    start = source.statement_start(position)
    yield source.comment_on(source.line(start), source.line(source.statement_end(position)))
    around = source.enclosing(position)
    if around and around[0].is_control():
        header = source.line(around[0].start)
        yield source.comment_on(header, header)


def argued_above(source, position):
    function = source.function(position)
    if function is None:
        return False
    lines = source.comment_lines[source.line(function.start) - 1:source.line(position) - 1]
    return "airs with" in " ".join(l.strip().lstrip("/ ") for l in lines)


def complaint(source, position, order):
    name = NAMES[order]
    named = re.compile(rf"(?:^|[.;:] ){name}\b(?! and\b)[^.:]{{0,40}}:")
    comment = next((c for c in comments_for(source, position) if named.search(c)), None)
    if comment is None:
        return f'no comment says "{name}: ..." for this operation'
    if order == "relaxed" or "airs with" in comment:
        return None
    if "as above" in comment and argued_above(source, position):
        return None
    return f'the comment on this {order} operation does not say what it "Pairs with"'


def check_orders(t, path, source):
    hands_on = [b for b in source.blocks if "compare_and_swap" in b.header] \
        if path.startswith("port/arch/") else []
    for position, order in operations(source):
        if any(b.start <= position < b.end for b in hands_on):
            continue
        message = complaint(source, position, order)
        if message:
            t.fault(path, source.line(position), message)


def check_words(t, path, source):
    words = [(r"\bstd\s*::\s*atomic|<atomic>", "no std::atomic: weft::Atomic names its order"),
             (r"\b__sync_\w+", "no __sync builtins: weft::Atomic names its order")]
    if path.startswith("core/") and not EXEMPT.match(path):
        words.append((r"(?<!asm )(?<!asm__ )\bvolatile\b",
                      "no volatile in the core: it orders nothing between cores"))
    for pattern, message in words:
        for found in re.finditer(pattern, source.code):
            t.fault(path, source.line(found.start()), message)


def main():
    t = tree.here()
    for path in t.code("core", "port"):
        if path.endswith(".S"):
            continue
        source = cpp.Source(t.text(path))
        check_words(t, path, source)
        if not EXEMPT.match(path):
            check_orders(t, path, source)
    t.finish()


main()
