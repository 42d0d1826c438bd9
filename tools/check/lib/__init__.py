# lib - what the checks share: the tree's files, a reader of C++ text, compilers, object files
# SPDX-License-Identifier: MIT
