"""Binaries by their strings: programs, classes, pictures with notes; only where something tells of a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.expressions import expression
from keyguard.text.decode.body import of_bytes
from keyguard.text.decode.budget import words
from keyguard.text.decode.view import View, lines_back

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.budget import Budget
    from keyguard.text.decode.open import Visit

_SHORTEST = 4
_STRINGS = expression(rb"[\t\x20-\x7e]{%d,}" % _SHORTEST)
_WIDE = expression(rb"(?:[\t\x20-\x7e]\0){%d,}" % _SHORTEST)
_OVERLAP = 4096
# The head of a zip's first file: what it takes to unpack it, how it is packed, and a name of a sensible length.
_ZIP = expression(rb"(?s)PK\x03\x04[\x0a-\x3f]\0..[\0\x08\x0c\x0e\x5d]\0.{16}(?:[\x01-\xff][\0-\x03]|\0[\x01-\x03])")
_ZIP_HEAD = 28
_ZIP_END, _ZIP_TAIL = b"PK\x05\x06", 22 + 65_535


class _Appended:
    """A zip that stands behind something else: a program that unpacks itself. Kept as it goes by, up to a limit."""

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._parts: list[bytes] = []
        self._before = b""

    def watch(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces."""
        for piece in pieces:
            if self._parts:
                self._keep(piece)
            else:
                data = self._before + piece
                if found := _ZIP.search(data):
                    self._keep(data[found.start() :])
                self._before = data[-_ZIP_HEAD:]
            yield piece

    def _keep(self, piece: bytes) -> None:
        self._parts.append(piece)
        self._size += len(piece)
        if self.is_large:  # its end alone, which says whether it is one
            self._parts = [b"".join(self._parts)[-_ZIP_TAIL:]]

    @property
    def is_large(self) -> bool:
        """Whether it is not kept as a whole."""
        return self._size > self._limit

    def whole(self) -> bytes:
        """Return it, or nothing where there is none."""
        data = b"".join(self._parts)
        return data if _ZIP_END in data[-_ZIP_TAIL:] else b""


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield its strings; lines are those that `grep -an` counts."""
    telling, appended = False, _Appended(visit.budget.limits.entry)
    for data, lines, is_telling in _looked_at(appended.watch(body.pieces()), path, visit.budget):
        if is_telling:
            telling = True
            yield strings(data, path, (*via, "strings"), lines)
    archive = appended.whole()
    if archive and appended.is_large:
        visit.budget.note(path, f"the zip in it is larger than {words(visit.budget.limits.entry)}")
    elif archive:
        from keyguard.text.decode import zipped

        yield from zipped.open_views(visit, of_bytes(archive, visit.budget, len(archive)), path, (*via, "zip"))
    elif not telling:
        visit.budget.left_out["binary files"] += 1


def telling_parts(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the strings of each part in which there may be something."""
    for data, lines, is_telling in _looked_at(body.pieces(), path, visit.budget):
        if is_telling:
            yield strings(data, path, (*via, "strings"), lines)


def pass_over(pieces: Iterable[bytes], path: str, budget: Budget) -> None:
    """Leave a binary unread, and name it where there may be something in it."""
    budget.left_out["binary files"] += 1
    if any(is_telling for _, _, is_telling in _looked_at(pieces, path, budget)):
        budget.note(path, "it is binary, what it holds may be a credential, and --no-decode leaves it unread")


def _looked_at(pieces: Iterable[bytes], path: str, budget: Budget) -> Iterator[tuple[bytes, int, bool]]:
    """Yield the bytes with an overlap, the lines before them, and whether there may be something in them."""
    lines, tail = 0, b""
    for piece in pieces:
        budget.check_time()
        data = tail + piece
        wide = _of_wide(data)
        yield data, lines, _tells(data, path, budget) or bool(wide and _tells(wide, path, budget))
        tail = data[-_OVERLAP:]
        lines += data.count(b"\n", 0, len(data) - len(tail))


def _tells(data: bytes, path: str, budget: Budget) -> bool:
    return budget.may_tell(data, path) and budget.tells(data, path)


def _without_length(text: bytes) -> bytes:
    """Drop the length that pickles, logs of databases and messages write before a string, where it is printable."""
    return text[1:] if text[0] == len(text) - 1 else text


def _of_wide(data: bytes) -> bytes:
    """Return text of two bytes a character without its zero bytes; nothing where there are not enough for any.

    To take them out is one walk, however many there are; to count them, and to replace them, slows down with each.
    """
    without = data.translate(None, b"\0")
    return without if len(data) - len(without) > len(data) // 32 else b""


def strings(data: bytes, path: str, via: tuple[str, ...], lines: int = 0) -> View:
    """Make a view of the strings of some bytes, one a line."""
    found = [(one.start(), _without_length(one[0])) for one in _STRINGS.finditer(data)]
    if _of_wide(data):
        found = sorted(found + [(one.start(), one[0][::2]) for one in _WIDE.finditer(data)])
    numbers, place = [], 0
    for start, _ in found:
        lines += data.count(b"\n", place, start)
        place = start
        numbers.append(lines + 1)
    return View(path, [b"\n".join(text for _, text in found)], via, ".txt", lines_back(numbers))
