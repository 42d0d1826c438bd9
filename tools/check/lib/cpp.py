# cpp.py - reads C++ as text: code without comments, comments by line, statements and blocks
# SPDX-License-Identifier: MIT
#
# No parser: brackets, comments and strings are enough for what the checks ask.
import bisect
import re

_TOKEN = re.compile(r'//(?:\\\n|[^\n])*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"'
                    r"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])*'", re.S)
_CONTROL = re.compile(r"^(?:else\b\s*)?(?:if|for|while|switch|do|else|catch)\b")
# What a brace stands behind when it opens a list of values: `= {`, `f({`, `Type() : member{`.
_INITIALISER = re.compile(r"(?:=|\(|,|\breturn|\)(?:\s*noexcept)?\s*:[^;{}]*\w|\},\s*\w+)$")
_TYPE = re.compile(r"\b(?:namespace|class|struct|enum|union|extern\s*)\b")


def blank(text):
    return re.sub(r"[^\n]", " ", text)


def split(text):
    """(code, comments): the same text twice, each with the other's characters as spaces. Strings
    are blank in the code but for their quotes."""
    code, comments, last = [], [], 0
    for token in _TOKEN.finditer(text):
        between = text[last:token.start()]
        word = token.group()
        is_comment = word.startswith("/")
        code += [between, blank(word) if is_comment else word[0] + blank(word[1:-1]) + word[-1]]
        comments += [blank(between), word if is_comment else blank(word)]
        last = token.end()
    return "".join(code + [text[last:]]), "".join(comments + [blank(text[last:])])


class Block:
    def __init__(self, header, start, parent):
        self.header = header  # the text in front of the brace
        self.start = start    # where that text begins
        self.end = None
        self.parent = parent

    def is_control(self):
        return bool(_CONTROL.match(self.header))

    def is_function(self):
        if self.is_control() or self.header.endswith(("=", ",", "return")):
            return False
        plain = re.sub(r"<[^<>]*>", "", self.header)
        return ")" in plain and not re.match(r"(?:inline\s+)?namespace\b", plain) and \
            not (_TYPE.search(plain.split("(")[0]) and not plain.rstrip().endswith(")"))


class Source:
    """One file: code, comments, and for each position its statement and its enclosing blocks."""

    def __init__(self, text):
        self.code, self.comments = split(text)
        self.code_lines = self.code.split("\n")
        self.comment_lines = self.comments.split("\n")
        self.line_starts = [0] + [m.end() for m in re.finditer("\n", text)]
        self.blocks = []
        self._scan()

    def line(self, position):
        return bisect.bisect_right(self.line_starts, position)

    def _scan(self):
        code = re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", lambda m: blank(m.group()), self.code, flags=re.M)
        brackets, block = [], None
        self._boundaries = [0]  # positions where a statement may begin
        for i, c in enumerate(code):
            if c in "([":
                brackets.append((c, None))
            elif c in ")]" and brackets and brackets[-1][0] in "([":
                brackets.pop()
            elif c == ";" and not (brackets and brackets[-1][0] == "("):
                self._boundaries.append(i + 1)
            elif c == "{":
                block = self._open(code, i, brackets, block)
            elif c == "}" and brackets and brackets[-1][0] == "{":
                opened = brackets.pop()[1]
                if opened is not None:
                    opened.end = i
                    block = opened.parent
                    self._boundaries.append(i + 1)

    def _open(self, code, i, brackets, block):
        start = self._boundaries[-1]
        raw = code[start:i]
        header = raw.strip()
        if _INITIALISER.search(header):  # part of its statement
            brackets.append(("{", None))
            return block
        new = Block(header, start + len(raw) - len(raw.lstrip()), block)
        brackets.append(("{", new))
        self.blocks.append(new)
        self._boundaries.append(i + 1)
        return new

    def statement_start(self, position):
        start = self._boundaries[bisect.bisect_right(self._boundaries, position) - 1]
        rest = self.code[start:]
        return start + len(rest) - len(rest.lstrip())

    def statement_end(self, position):
        index = bisect.bisect_right(self._boundaries, position)
        return self._boundaries[index] - 1 if index < len(self._boundaries) else len(self.code)

    def enclosing(self, position):
        """The blocks around a position, innermost first."""
        around = [b for b in self.blocks if b.start <= position and (b.end or 1 << 60) > position]
        return sorted(around, key=lambda b: -b.start)

    def function(self, position):
        functions = [b for b in self.enclosing(position) if b.is_function()]
        return functions[0] if functions else None

    def comment_on(self, first, last):
        """Text of the comments on lines [first, last] and in the block directly above them."""
        top = first
        while top > 1 and not self.code_lines[top - 2].strip() and \
                self.comment_lines[top - 2].strip():
            top -= 1
        lines = self.comment_lines[top - 1:last]
        return " ".join(re.sub(r"^\s*(?://+|/\*+)?", "", l).strip() for l in lines if l.strip())


def call_end(code, opening):
    """Position behind the bracket that closes the one at `opening`."""
    depth = 0
    for i in range(opening, len(code)):
        depth += (code[i] == "(") - (code[i] == ")")
        if depth == 0:
            return i + 1
    return len(code)
