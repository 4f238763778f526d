"""Which parts of a large text are read closely: windows around what opened a gate, behind the lines that enclose them.

    hits -> windows, cut at line ends -> (heads, window) -> text to judge -> answers, moved to their places

What a window holds depends on nothing but its own text and standing: neither on the size of the whole nor on where in
it the window lies. So its answer is remembered, and the next version of a file costs what changed in it.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from keyguard.detect.engines import APART
from keyguard.detect.gates import boundary
from keyguard.frozen import dataclass
from keyguard.model import WHOLE_FILE
from keyguard.text import decode
from keyguard.text.lines import Lines, Place
from keyguard.text.outline.heads import heads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keyguard.detect.gates import Hit
    from keyguard.detect.matcher import Found
    from keyguard.model import Blob, Match
    from keyguard.text.outline import Notation

FULL = 8 * 1024  # bytes; a longer window ends at the next hit that a look at its line chooses
LONGEST = 64 * 1024  # and at the next hit of all when it is this long
_ONE_IN = 4  # lines are chosen
_LAST_CUT = 512  # bytes in which a line's end is looked for
_PASSAGE = 300  # bytes of a line before and behind a provider's word
_PASSAGES = 1000
_SAYS = re.compile(rb"[\w\"'\])]\s*[=:(]")
_ENDS_STRING = re.compile(rb'"(?=\s*[,:}\]])')


class Window(NamedTuple):
    """A span of a text."""

    start: int
    end: int
    telling: bool  # a value stands behind a name there


def windows(data: bytes, hits: Sequence[Hit]) -> list[Window]:
    """Return the windows around hits, in their order; where many meet, one overlaps the next.

    Where they are parted depends on what stands there, so that a change moves the bounds near it alone.
    """
    found: list[Window] = []
    for hit in hits:
        start, end = _around(data, hit)
        last = found[-1] if found else None
        if last is None or start > last.end or _is_full(data, last, hit):
            found.append(Window(start, end, hit.telling))
        else:
            found[-1] = Window(min(start, last.start), max(end, last.end), last.telling or hit.telling)
    return found


def passages(data: bytes, words: Sequence[int]) -> str:
    """Return the lines in which a provider is spoken of, and an assignment or a call stands."""
    lines: dict[bytes, None] = {}
    last = -1
    for end in words:
        if end < last:
            continue
        start = max(data.rfind(b"\n", 0, end - 1) + 1, end - _PASSAGE)
        stop = data.find(b"\n", end + APART, end + _PASSAGE)  # a word shortly behind another is not told
        last = stop if stop >= 0 else min(len(data), end + _PASSAGE)
        if _SAYS.search(data, start, last):
            lines[data[start:last]] = None
        if len(lines) >= _PASSAGES:
            break
    return decode.text(b"\n".join(lines))


def rows(data: bytes) -> list[Window]:
    """Return the windows of a table, all of which is worth it; they part between rows, and where a row says so."""
    found: list[Window] = []
    start = 0
    while start < len(data):
        end = start
        while end < len(data) and not (end - start >= FULL and _chooses(data[end - 64 : end])):
            end = data.find(b"\n", end) + 1 or len(data)
            if end - start > LONGEST:
                break
        found.append(Window(start, end, telling=True))
        start = end
    return found


def _chooses(line: bytes) -> bool:
    return zlib.crc32(line) % _ONE_IN == 0


def _is_full(data: bytes, last: Window, hit: Hit) -> bool:
    size = hit.end - last.start
    if size < FULL:
        return False
    line = data[data.rfind(b"\n", hit.end - 256, hit.end) + 1 : hit.end]
    return size > LONGEST or _chooses(line)


def _around(data: bytes, hit: Hit) -> tuple[int, int]:
    before, behind = hit.end - hit.reach, hit.end + hit.reach
    if not data[max(before, 0) : behind].isascii():
        before, behind = hit.end - 3 * hit.reach, hit.end + 3 * hit.reach  # the reach of as many characters
    start = boundary(data, before, before + _LAST_CUT) if before > 0 else 0
    if start and data[start - 1 : start] not in {b"\n", b",", b":"}:
        # Perhaps inside a long string: then the first quote ends it, as what follows it tells.
        quote = _ENDS_STRING.search(data, start, hit.end)
        start = quote.end() if quote and data.find(b'"', start, hit.end) == quote.start() else start
    return start, boundary(data, behind, behind + _LAST_CUT)


class View:
    """A window behind its heads: one text to judge, and the way back to the whole."""

    def __init__(self, data: bytes, window: Window, notation: Notation, header: bytes = b"") -> None:
        """`header` is that of a table whose first rows lie before these bytes."""
        self._data, self._header = data, header
        self._spans = [*heads(data, window.start, notation), (window.start, window.end)]
        if header:
            self._spans = self._spans[-1:]
        self.bytes = header + b"".join(data[start:end] for start, end in self._spans)

    @property
    def start(self) -> int:
        """Where the window begins."""
        return self._spans[-1][0]

    @property
    def text(self) -> str:
        """What is judged."""
        return decode.text(self.bytes)

    def matches(self, found: Sequence[Found], blob: Blob, place: Place) -> Iterator[Match]:
        """Yield what was found in the window at its place in the whole; what a head holds is found in its own."""
        if not found:
            return
        pieces = self._pieces()
        own, begins = pieces[-1], [piece.begin for piece in pieces]
        lines = Lines(own.text, _place(self._data, own.start, place))
        for one in found:
            if one.start >= own.begin:
                scopes = tuple(
                    scope if scope == WHOLE_FILE else place.offset + pieces[bisect_right(begins, scope) - 1].at(scope)
                    for scope in one.scopes
                )
                region = lines.region(one.start - own.begin, one.end - own.begin)
                yield one.placed(blob, place.offset + own.at(one.start), region, scopes)

    def _pieces(self) -> list[_Piece]:
        pieces: list[_Piece] = []
        begin = len(decode.text(self._header))
        for start, end in self._spans:
            text = decode.text(self._data[start:end])
            pieces.append(_Piece(begin, start, text))
            begin += len(text)
        return pieces


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the text that is judged."""

    begin: int  # in that text, in code points
    start: int  # in the whole, in bytes
    text: str

    def at(self, place: int) -> int:
        """Return the offset in the whole of one in the text that is judged."""
        return self.start + len(self.text[: place - self.begin].encode("utf-8", "surrogateescape"))


def _place(data: bytes, start: int, place: Place) -> Place:
    line = data.rfind(b"\n", 0, start)
    columns = len(decode.text(data[line + 1 : start])) + (place.columns if line < 0 else 0)
    return Place(place.lines + data.count(b"\n", 0, start), columns, place.offset + start)
