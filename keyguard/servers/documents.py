"""The texts that an editor has open: what is wrong in each, and what fixes it, in the editor's own positions."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from keyguard import api
from keyguard.display import visible
from keyguard.model import Match, Severity
from keyguard.veil import covered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.model import Region

_LINE_END = re.compile(r"\r\n|\r|\n")  # as editors count; a report's lines end with a line feed
_UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


class Span(NamedTuple):
    """Where something stands: lines and units of the editor's encoding, from 0."""

    line: int
    unit: int
    end_line: int
    end_unit: int

    def meets(self, other: Span) -> bool:
        """Say whether two spans share a place, or touch."""
        return self[:2] <= other[2:] and other[:2] <= self[2:]


class Problem(NamedTuple):
    """One place of a finding; none of its words is a value."""

    span: Span
    severity: Severity
    rule: str
    message: str
    help: str


class Remedy(NamedTuple):
    """A change that fixes the places in a span."""

    span: Span
    title: str
    edits: tuple[tuple[Span, str], ...]
    waives: bool


class Document:
    """A text as it was at one time, scanned once."""

    file: api.OpenFile

    def __init__(self, path: str, text: str, encoding: str = "utf-16", before: Document | None = None) -> None:
        """Prepare the scan; `before` is any earlier one, whose rules and cache are used again."""
        self.text = text.encode("utf-8", "replace").decode()  # a lone surrogate has no bytes
        self._codec, self._size = _UNITS[encoding]
        self.file = api.OpenFile(path, self.text, shared=before.file.shared if before else None)

    @cached_property
    def _outcome(self) -> api.Outcome:
        return self.file.scan()

    @cached_property
    def problems(self) -> list[Problem]:
        """What is open in the text, in its order."""
        return sorted(self._problems())

    def _problems(self) -> Iterator[Problem]:
        for whole, place in self.file.places(self._outcome):
            rule = self._outcome.rules[whole.rule]
            title = visible(covered(rule.title))
            part = place.part if isinstance(place, Match) else None
            message = f"{title}: {part.replace('_', ' ')}" if part else title
            words = (f"{title} ({rule.id}, {whole.severity.word})", _plain(rule.why), _plain(rule.fix))
            yield Problem(self._span(place.region), whole.severity, rule.id, message, "\n\n".join(filter(None, words)))

    def remedies(self, around: Span) -> list[Remedy]:
        """Return what fixes the places that meet a span."""
        return [
            Remedy(
                self._span(fix.place.region),
                visible(fix.title),
                tuple((self._between(edit.start, edit.end), edit.text) for edit in fix.edits),
                fix.waives,
            )
            for fix in self.file.fixes(self._outcome, lambda region: self._span(region).meets(around))
        ]

    # Positions

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(end.end() for end in _LINE_END.finditer(self.text))]

    @cached_property
    def _fed(self) -> list[int]:
        return [0, *(end.end() for end in re.finditer("\n", self.text))]

    def _span(self, region: Region) -> Span:
        return self._between(self._offset(region.line, region.column), self._offset(region.end_line, region.end_column))

    def _offset(self, line: int, column: int) -> int:
        begin = self._fed[min(line, len(self._fed)) - 1]
        return min(begin + column - 1, len(self.text))

    def _between(self, start: int, end: int) -> Span:
        return Span(*self._position(start), *self._position(end))

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._lines, offset) - 1
        return line, len(self.text[self._lines[line] : offset].encode(self._codec)) // self._size


def _plain(words: str) -> str:
    return visible(covered(" ".join(words.split())))
