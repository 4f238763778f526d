"""A text as practices are looked for in it: its own literals, and its lines without comments."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

from keyguard.detect.practice.hosts import address, addresses
from keyguard.expressions import expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keyguard.detect.practice.hosts import Address
    from keyguard.text.outline import Frame, Literal, Outline

_BLOCKS = expression(r"/\*.*?\*/|<!--.*?-->", re.DOTALL)
_LINES = expression(r"(?m)^[ \t]*(?:[;*!]|//|#(?!\[)|REM\b|::)[^\n]*")
# Strings: those of one line too, as what begins in one is no string of several. A comment's quotes end with its line.
_STRINGS = expression(
    r"""(?s)\"{3}[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"{3}|'{3}[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'{3}"""
    r"""|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'|`(?:[^`\\]|\\.){0,4000}`"""
)
_Span = tuple[int, int]
_FAR = 24  # lines: twice what a call takes
AROUND = 3  # lines before and behind, in which something is near
_COMPARED = expression(r"(?:[=!]==?|(?<![=-])[<>]=?|\bin|\bis|\bis not)\s*[\[({]?\s*[rbuf]?[\"'`]?$")
_VISIBLE = expression(r"[^\n]")


class Sketch:
    """One text of one language before it is outlined, which takes a hundred times as long: its lines."""

    def __init__(self, text: str, language: str) -> None:
        self.text, self.language = text, language
        self._lines: dict[_Span, str] = {}

    @cached_property
    def code(self) -> str:
        """The text, in which lines that are comments as a whole are empty."""
        return self._code_of(self.text)

    def _code_of(self, text: str) -> str:
        return text if self.language == "prose" else _LINES.sub("", text)

    @cached_property
    def _rows(self) -> list[str]:
        return self.text.split("\n")

    def lines(self, first: int, end: int) -> str:
        """Return some lines of the code, counted from 0; clauses of one rule ask for the same ones."""
        if (first, end) not in self._lines:
            self._lines[first, end] = self._code_of("\n".join(self._rows[max(0, first) : end]))
        return self._lines[first, end]

    def addresses(self, lines: Sequence[int]) -> Iterator[tuple[int, str, Address]]:
        """Yield the addresses in some lines and in those beside them, each with its line."""
        for first, end in stretches(lines, 1):
            text = self.lines(first, end)
            for at, one in addresses(text):
                if found := address(one):
                    yield first + text.count("\n", 0, at), one, found


def near(text: str, lines: Sequence[int]) -> str:
    """Return a text with blanks in place of all that is far from some of its lines, so that an outline costs less.

    Every offset stays true, and so does what the lines mean: a string of several lines is left as a whole.
    """
    begins = [0, *(found.end() for found in re.finditer("\n", text)), len(text)]
    kept = [(begins[first], begins[min(end, len(begins) - 1)]) for first, end in stretches(lines, _FAR)]
    strings = [found.span() for found in _STRINGS.finditer(text) if "\n" in found[0]]
    pieces, behind = list[str](), 0
    for start, end in _joined(kept, strings):
        pieces += [" " * max(0, start - behind - 1), "\n"[: start - behind], text[max(start, behind) : end]]
        behind = max(behind, end)
    return "".join(pieces)


def _joined(kept: Sequence[_Span], strings: Sequence[_Span]) -> Iterator[_Span]:
    """Yield spans that are kept, each with the strings that reach into it."""
    for start, end in kept:
        over = [one for one in strings if one[0] < end and one[1] > start]
        yield min([start, *(one[0] for one in over)]), max([end, *(one[1] for one in over)])


def stretches(lines: Sequence[int], by: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of lines, each with its first and the one behind it, that lie around some."""
    first, end = 0, -1
    for line in lines:
        if line - by > end:
            if end > 0:
                yield first, end
            first = max(0, line - by)
        end = line + by + 1
    if end > 0:
        yield first, end


class Page:
    """One text of one language."""

    def __init__(self, text: str, read: Outline | None, language: str) -> None:
        self.text, self.language = text, language
        self._literals = read.literals if read else []
        self._comments = read.comments if read else []

    @cached_property
    def code(self) -> str:
        """The text with blanks in place of comments, and of strings of several lines such as documentation."""
        if self.language == "prose":
            return self.text
        spans = [*self._comments, *(found.span() for found in _BLOCKS.finditer(self.text))]
        spans += [found.span() for found in _LINES.finditer(self.text)]
        spans += [
            (one.start, one.end) for one in self._literals if one.quoted and "\n" in self.text[one.start : one.end]
        ]
        pieces, end = list[str](), 0
        for start, stop in sorted(spans):
            if stop > end:
                pieces += [self.text[end : max(start, end)], _VISIBLE.sub(" ", self.text[max(start, end) : stop])]
                end = stop
        return "".join([*pieces, self.text[end:]])

    @cached_property
    def literals(self) -> list[Literal]:
        """The literals of the text itself, and not of what a string or a comment of it holds."""
        own = (one for one in self._literals if one.limit < 0 and one.back is None)
        return [one for one in own if self.code[one.start : one.end].strip() and not self._is_compared(one)]

    def _is_compared(self, literal: Literal) -> bool:
        return _COMPARED.search(self.text, max(0, literal.start - 16), literal.start) is not None

    @cached_property
    def _begins(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def is_in_string(self, start: int, end: int) -> bool:
        """Say whether a span is a part of what a string says, and no code."""
        number = bisect_right(self._strings, (start, len(self.text))) - 1
        first, last = self._strings[number] if number >= 0 else (0, 0)
        return first <= start and end <= last and (first, last) != (start, end)

    @cached_property
    def _strings(self) -> list[tuple[int, int]]:
        return sorted({(one.start, one.end) for one in self._literals if one.quoted and one.limit < 0})

    def around(self, at: int) -> str:
        """Return the lines around a place, without their comments."""
        number = bisect_right(self._begins, at) - 1
        first, behind = max(0, number - AROUND), number + AROUND + 1
        end = self._begins[behind] if behind < len(self._begins) else len(self.text)
        return self.code[self._begins[first] : end]

    def line(self, at: int) -> tuple[int, int]:
        """Return where the line of a place begins and ends."""
        start = self._begins[bisect_right(self._begins, at) - 1]
        end = self.text.find("\n", at)
        return start, len(self.text) if end < 0 else end


def arguments(literal: Literal) -> Iterator[str]:
    """Yield the last word of each name that a literal is bound to."""
    from keyguard.text.outline import Bond

    for name in literal.names:
        if name.bond in {Bond.ASSIGNED, Bond.FRAME, Bond.PAIR}:
            yield re.split(r"[\s.\[\]\"'>:]+", name.text.rstrip("]\"' "))[-1]


_SPELLING = expression(
    r"(?i)(?:[\w$]+[.:]+)*[.]?(?:str|repr|string|format!?|dumps|stringify|json_encode|inspect|to_?string|sprintf?|sprint)"
)


def call(literal: Literal) -> Frame | None:
    """Return the nearest call around a literal that does more than spell its arguments as a text."""
    calls = (frame for frame in literal.frame.chain() if frame.kind == "(" and frame.name)
    return next((frame for frame in calls if not _SPELLING.fullmatch(frame.name)), None)


_HOST = expression(r"(?:[\w-]+\.)+[A-Za-z]{2,12}")
_OF_HOSTS = frozenset(("host", "hostname", "domain", "server"))


def address_text(literal: Literal) -> str:
    """Return a literal as the address that it may be.

    Without quotes its scheme is read as a name, and a host under a name that says so needs none.
    """
    if _HOST.fullmatch(literal.value) and any(word.lower() in _OF_HOSTS for word in arguments(literal)):
        return f"https://{literal.value}"
    if literal.value.startswith("//") and not literal.quoted and literal.names:
        return f"{literal.names[0].text.rpartition(' ')[2]}:{literal.value}"
    return literal.value
