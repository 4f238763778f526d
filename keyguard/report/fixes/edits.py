"""A file's text, and spans of it that are to be replaced."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from keyguard.report.fixes.diff import Changed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keyguard.model import Region


class Edit(NamedTuple):
    """What replaces a span of a text that lies in one line."""

    start: int
    end: int
    text: str


class Text:
    """The text of a file, by its lines."""

    def __init__(self, path: str, content: str) -> None:
        self.path, self.content = path, content

    @cached_property
    def lines(self) -> list[str]:
        """The lines with their ends."""
        return _lines(self.content)

    @cached_property
    def begins(self) -> list[int]:
        """The offset at which each line begins."""
        return [0, *accumulate(map(len, self.lines))]

    def span(self, region: Region) -> tuple[int, int] | None:
        """Return the offsets of a region; None for one that lies in more than one line."""
        if region.line != region.end_line or region.line > len(self.lines):
            return None
        begin = self.begins[region.line - 1]
        return begin + region.column - 1, begin + region.end_column - 1

    def line_of(self, offset: int) -> int:
        """Return the number of the line, from 0, in which an offset lies."""
        return min(bisect_right(self.begins, offset), len(self.lines)) - 1

    def before(self, offset: int) -> str:
        """Return what stands before an offset in its line."""
        return self.content[self.begins[self.line_of(offset)] : offset]

    def after(self, offset: int) -> str:
        """Return what stands behind an offset in its line."""
        return self.content[offset : self.begins[self.line_of(offset) + 1]]

    def changed(self, edits: Iterable[Edit]) -> Changed:
        """Return the lines, and what becomes of those that are edited; edits within others are left out."""
        by_line: defaultdict[int, list[Edit]] = defaultdict(list)
        for edit in sorted(set(edits)):
            number = self.line_of(edit.start)
            if not by_line[number] or by_line[number][-1].end <= edit.start:
                by_line[number].append(edit)
        new = {}
        for number, ones in by_line.items():
            line, begin = self.lines[number], self.begins[number]
            for edit in reversed(ones):
                line = line[: edit.start - begin] + edit.text + line[edit.end - begin :]
            new[number] = line
        return Changed(self.lines, new)


def _lines(content: str) -> list[str]:
    lines = [line + "\n" for line in content.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]
