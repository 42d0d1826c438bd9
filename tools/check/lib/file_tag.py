# file_tag.py - the tag of a file, as core/weft/base/require.hpp computes it
# SPDX-License-Identifier: MIT
import re


def path_in_project(path):
    starts = [m.start(1) for m in re.finditer(r"(?:^|/)(?=(weft/))", path)]
    return path[starts[-1]:] if starts else path


def file_tag(path):
    value = 2166136261
    for byte in path_in_project(path).encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value
