"""Jupyter notebooks: the cells' sources as one program, their texts and outputs as another, and the way back."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from keyguard.model import Region
from keyguard.text.decode import charset, mail
from keyguard.text.decode.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit

_TOKEN = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"|[\[\]{}:,]', re.DOTALL)
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_TEXTS = frozenset({"source", "input", "text", "traceback", "evalue", "data"})
_SOURCES = frozenset({"source", "input"})
_OPENING: dict[str, str | int] = {"{": "", "[": 0}
_DEPTH = 100


class _String(NamedTuple):
    """A string of a cell: where its content starts in the file, that content as written, and the cell's number."""

    start: int
    raw: str
    cell: int
    is_code: bool
    is_html: bool = False


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the cells, and then the rest of the file in its place; a file without anything in it is read plainly."""
    data = body.whole()
    with visit.budget.holding(3 * len(data)):
        if not visit.budget.tells(data, path):
            yield View(path, [data], via)
            return
        text = charset.text(data)
        strings = _strings(text)
        spoken: frozenset[str] = frozenset()  # what the code mentions, its outputs are about
        for code in (True, False):
            if chosen := [string for string in strings if string.is_code is code]:
                yield replace(_Cells(text, chosen).view(path, via, ".py" if code else ".txt"), around=spoken)
                spoken = visit.budget.spoken
        yield View(path, [_without(text, strings)], via)


def _without(text: str, strings: list[_String]) -> bytes:
    """Blank out what was read as cells, so that the rest stays where it is."""
    parts, place = [], 0
    for string in strings:
        parts += [text[place : string.start], " " * len(string.raw)]
        place = string.start + len(string.raw)
    return "".join([*parts, text[place:]]).encode("utf-8", "surrogateescape")


def _strings(text: str) -> list[_String]:
    """Return the strings that are sources or outputs of cells, in their order; damaged JSON as far as it goes."""
    found, prose = list[_String](), set[int]()
    for token, names in _values(text):
        at = names.index("cells") + 1 if "cells" in names[:3] else len(names)
        if len(names) < at + 2:
            continue
        cell, inner = int(names[at]) + 1, names[at + 1 :]
        if inner == ("cell_type",) and token[1] != "code":
            prose.add(cell)
        elif _TEXTS.intersection(inner) and _is_text(inner):
            found.append(_String(token.start(1), token[1], cell, inner[0] in _SOURCES, "text/html" in inner))
    return [string._replace(is_code=string.is_code and string.cell not in prose) for string in found]


def _values(text: str) -> Iterator[tuple[re.Match[str], tuple[str, ...]]]:
    """Yield every string that is a value, with the keys and indices that lead to it."""
    stack: list[str | int] = []  # of each open mapping its present key, of each list its present index
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in _OPENING:
            if len(stack) == _DEPTH:
                return
            stack.append(_OPENING[sign])
        elif sign in "]}":
            del stack[-1:]
        elif not stack or sign == ":":
            continue
        elif sign == ",":
            if isinstance(last := stack[-1], int):
                stack[-1] = last + 1
        elif isinstance(stack[-1], str) and text[token.end() : token.end() + 8].lstrip()[:1] == ":":
            stack[-1] = token[1]
        else:
            yield token, tuple(map(str, stack))


def _is_text(names: tuple[str, ...]) -> bool:
    """Say whether a string is text, and no picture: outputs name their kind."""
    kinds = [name for name in names if "/" in name]
    return not kinds or any(kind.startswith("text/") or "json" in kind or "javascript" in kind for kind in kinds)


class _Cells:
    """The strings of a notebook as lines, and the way back."""

    def __init__(self, text: str, strings: list[_String]) -> None:
        self._ends = [one.start() for one in re.finditer("\n", text)]
        self._starts: list[tuple[_String, int]] = []  # of each line: its string, and where in that it begins
        self._lines: list[str] = []
        for is_html, alike in groupby(strings, key=lambda string: string.is_html):
            starts, lines = list[tuple[_String, int]](), list[str]()
            for string in alike:
                at = 0
                for line in _decoded(string.raw).split("\n"):
                    if line or not at:
                        starts.append((string, at))
                        lines.append(_COLOURS.sub("", line.rstrip("\r")))
                    at += len(line) + 1
            shown = [*_shown(lines)] if is_html else [*enumerate(lines)]
            self._starts += (starts[number] for number, _ in shown)
            self._lines += (line for _, line in shown)

    def view(self, path: str, via: tuple[str, ...], notation: str) -> View:
        data = "\n".join(self._lines).encode("utf-8", "surrogatepass")
        return View(path, [data], via, notation, self._back)

    def _back(self, region: Region) -> tuple[Region, tuple[str, ...]]:
        if not self._starts:
            return region, ()
        string, at = self._starts[min(region.line, len(self._starts)) - 1]
        last, end = self._starts[min(region.end_line, len(self._starts)) - 1]
        line, column = self._place(string, at + region.column - 1)
        end_line, end_column = self._place(last, end + region.end_column - 1)
        return Region(line, column, end_line, end_column), (f"cell {string.cell}",)

    def _place(self, string: _String, index: int) -> tuple[int, int]:
        """Return line and column in the file of a character of a string."""
        offset = string.start
        for number, sign in enumerate(_ESCAPE.finditer(string.raw)):
            if number == index:
                offset = string.start + sign.start()
                break
        else:
            offset = string.start + len(string.raw)
        line = bisect_right(self._ends, offset - 1)
        return line + 1, offset - (self._ends[line - 1] if line else -1)


def _shown(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield what lines of HTML show, each with its line there."""
    data = "\n".join(lines).encode("utf-8", "surrogatepass")
    return ((number, line.decode("utf-8", "surrogatepass")) for number, line in mail.of_html(data))


def _decoded(raw: str) -> str:
    try:
        return str(json.loads(f'"{raw}"', strict=False))
    except ValueError:
        return raw
