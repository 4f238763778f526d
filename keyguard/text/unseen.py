r"""Looks through characters that cannot be seen: colours of a terminal, blanks of no width, soft hyphens, lone CRs.

    raw     ESC[32mOKX_API_KEY ESC[0m=V        what the file holds
    plain   OKX_API_KEY=V                      what a person reads; gates, outline and matcher read this
    back    a region of the plain text -> that of the raw one

Most texts hold none of them and are their own plain text; a gate says which do.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from functools import cached_property
from heapq import merge
from typing import TYPE_CHECKING

from keyguard.expressions import expression
from keyguard.frozen import dataclass
from keyguard.model import Region
from keyguard.text import folded, spelled
from keyguard.text.decode import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Every alternative begins with a byte of its own, which is looked for ten times faster.
_WIDE = rb"""
    (?:\xe2(?:\x80[\x8b-\x8f\xaa-\xae]|\x81[\xa0-\xaf]|\xa0\x80)  # no width, overrides of direction, no dots
      |\xef\xbb\xbf|\xc2\xad|\xcd\x8f|\xd8\x9c|\xe1\xa0[\x8b-\x8f]|\xf3\xa0[\x80-\x87][\x80-\xbf]
      |\xe1\x85[\x9f\xa0]|\xe3\x85\xa4|\xef\xbe\xa0                # fillers of Hangul
      |(?<![\x80-\xff])\xef\xb8[\x80-\x8f](?!\xe2\x83\xa3)          # a variation of a letter, which has none; no keycap
    )(?:\xef\xb8[\x80-\x8f])*
"""
_NARROW = rb"""
    \x1b(?:\[[0-9;:?]*[ -/]*[@-~]               # colours and movements
        |\][^\x07\x1b\n]*(?:\x07|\x1b\\)        # titles and links
        |[ -/]*[0-Z\\^-~])
  | \\(?:x1[bB]|u001[bB]|0?33|e)\[[0-9;]*m      # colours as JSON and shells write them
  | \^\[\[[0-9;]*m                              # and `cat -v`
  | \[(?:\d{1,3};){0,8}\d{1,3}m(?!\])            # what is left of them where the escape itself was dropped
  | \r(?!\n)
"""
_CR = ord("\r")
_UNSEEN = expression(_NARROW + b"|" + _WIDE, re.VERBOSE)
GATE = (
    r"\x1b|\[\d{1,3}(?:;\d{1,3}){0,8}m|1[bB]\[|33\[|\\e\[|\^\[\[|\r[^\n]"
    r"|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf|\xc2\xad|\xcd\x8f|\xd8\x9c|\xe1\xa0[\x8b-\x8f]|\xf3\xa0[\x80-\x87]"
    r"|(?:^|[\t-~])\xef\xb8[\x80-\x8f]|\xe1\x85[\x9f\xa0]|\xe3\x85\xa4|\xef\xbe\xa0|\xe2\xa0\x80"
)
"""What a text holds at the least that has a plain text of its own; for Hyperscan."""


@dataclass(frozen=True)
class Plain:
    """A text without what cannot be seen in it."""

    data: bytes
    raw: bytes
    # Of numbers as the machine has them: a capture of escapes holds a hundred thousand in a megabyte.
    places: array[int]  # in the plain text, where something was taken out
    ends: array[int]  # and behind that in the raw one
    stops: array[int]  # from where on a place counts for an end: before the sign that stands for several

    @cached_property
    def _begins(self) -> list[int]:
        """The begins of the lines of the plain text; asked for where something was found in it."""
        return [0, *(found.end() for found in re.finditer(b"\n", self.data))]

    def back(self, region: Region) -> Region:
        """Return where a region of the plain text stands in the raw one."""
        start = self._offset(region.line, region.column)
        end = self._offset(region.end_line, region.end_column)
        # A value begins behind what was taken out there, and ends before it.
        behind, before = bisect_right(self.places, start), bisect_left(self.stops, end)
        start += self.ends[behind - 1] - self.places[behind - 1] if behind else 0
        end += self.ends[before - 1] - self.places[before - 1] if before else 0
        return Region(*_position(self.raw, start), *_position(self.raw, max(start, end)))

    def _offset(self, line: int, column: int) -> int:
        start = self._begins[line - 1]
        end = self.data.find(b"\n", start)
        written = text(self.data[start : end if end >= 0 else len(self.data)])
        return start + len(written[: column - 1].encode("utf-8", "surrogateescape"))


def plain(raw: bytes, *, spell: bool = True) -> Plain | None:
    """Return the plain text of UTF-8 bytes, or None where they are their own."""
    data = bytearray()
    places, ends, stops = array("q"), array("q"), array("q")
    last = 0
    for start, end, sign in merge(_edits(raw), *(_spelled(raw) if spell else ())):
        if start < last:
            continue
        data += raw[last:start]
        stops.append(len(data))
        data += sign
        places.append(len(data))
        ends.append(last := end)
    if not places:
        return None
    data += raw[last:]
    return Plain(bytes(data), raw, places, ends, stops)


def _spelled(raw: bytes) -> tuple[Iterable[spelled.Edit], ...]:
    return sorted(folded.edits(raw)), spelled.edits(raw)


def _edits(raw: bytes) -> Iterator[spelled.Edit]:
    for found in _UNSEEN.finditer(raw):
        yield *found.span(), b"\n" if raw[found.start()] == _CR else b""


def ends_in_cr(data: bytes) -> bool:
    """Say whether a text's lines end with CR alone, as old Macs wrote them: then these count as lines."""
    return b"\r" in data and b"\n" not in data


def with_line_feeds(data: bytes) -> bytes:
    """Return such a text with LF in place of each CR: every place in it stays what it is."""
    return data.replace(b"\r", b"\n")


def _position(data: bytes, offset: int) -> tuple[int, int]:
    start = data.rfind(b"\n", 0, offset) + 1
    return data.count(b"\n", 0, offset) + 1, len(text(data[start:offset])) + 1
