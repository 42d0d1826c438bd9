# demo_mutants.py - rows of mutants.py for the demo's world
# SPDX-License-Identifier: MIT

SAND = "tools/demo/sand.cpp"

MUTANTS = [
    ("sand: a row of blocks reaches into the next", "native", SAND,
     "Cell* const upper = cells_[2 * row + (pass & 1)];", "Cell* const upper = cells_[row + 1];",
     "in_any_order|same_at_any"),
    ("sand: chance hangs on the order of rows", "native", SAND,
     "uint32_t luck = mix(seed_, pass, row);", "uint32_t luck = seed_ = mix(seed_, pass, row);",
     "in_any_order"),
    ("sand: a grain is copied as it falls", "native", SAND, "from = kEmpty;", "",
     "none_is_made"),
    ("sand: a falling grain overwrites another", "native", SAND,
     "if (is_grain(upper[0]) && lower[0] == kEmpty)", "if (is_grain(upper[0]))",
     "none_is_made"),
    ("sand: blocks begin at the same row in each pass", "native", "tools/demo/sand.cpp",
     "cells_[2 * row + (pass & 1)]", "cells_[2 * row]", "free_grain"),
    ("sand: the seed is not used", "native", SAND,
     "    seed_ = seed;", "    seed_ = seed * 0 + 1;", "same_at_any"),
    ("a mobile hangs on the root alone", "native", "tools/demo/mobile.cpp",
     "places[parent_of(node)]", "places[node - 1]", "level_by_level"),
]
