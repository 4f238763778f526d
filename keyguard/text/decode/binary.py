"""Binaries by their strings: programs, classes, pickles; only where there is something that tells of a provider."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keyguard.text.decode.view import View, lines_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit

# Pictures, fonts, sound and film hold millions of strings by chance, and credentials never.
_MEDIA = re.compile(
    rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF....(?:WEBP|WAVE|AVI )|BM....\x00{4}|\x00\x00\x01\x00|II\*\x00|MM\x00\*|wOF[F2]"
    rb"|OTTO|true|\x00\x01\x00{3}|ttcf|ID3|\xff[\xfb\xf3\xf2]|OggS|fLaC|....ftyp|\x1aE\xdf\xa3|8BPS|glTF|....LP\x00\x00",
    re.DOTALL,
)
_SHORTEST = 4
_STRINGS = re.compile(rb"[\t\x20-\x7e]{%d,}" % _SHORTEST)
_WIDE = re.compile(rb"(?:[\t\x20-\x7e]\0){%d,}" % _SHORTEST)
_OVERLAP = 4096
_SHOWN = 2048  # bytes that tell a text by what can be printed
_PRINTABLE = re.compile(rb"[\t\n\r\x20-\x7e]+")


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the strings of each part in which there may be something; lines are those that `grep -an` counts."""
    budget = visit.budget
    if _MEDIA.match(body.peek(16)) and not _is_mostly_text(body.peek(_SHOWN)):
        budget.left_out["binary files"] += 1
        return
    telling = False
    lines, tail = 0, b""
    for piece in body.pieces():
        budget.check_time()
        data = tail + piece
        wide = data.replace(b"\0", b"") if _has_wide(data) else b""
        if budget.tells(data, path) or (wide and budget.tells(wide, path)):
            telling = True
            yield strings(data, path, (*via, "strings"), lines)
        tail = data[-_OVERLAP:]
        lines += data.count(b"\n", 0, len(data) - len(tail))
    if not telling:
        budget.left_out["binary files"] += 1


def _is_mostly_text(head: bytes) -> bool:
    """Tell a text that a stray zero byte makes a binary, whatever its first letters are taken for."""
    return _PRINTABLE.fullmatch(head[:16]) is not None and len(_PRINTABLE.sub(b"", head)) * 8 < len(head)


def _without_length(text: bytes) -> bytes:
    """Drop the length that pickles, logs of databases and messages write before a string, where it is printable."""
    return text[1:] if text[0] == len(text) - 1 else text


def _has_wide(data: bytes) -> bool:
    """Say whether there are zero bytes enough for text of two bytes a character."""
    return data.count(b"\0") > len(data) // 32


def strings(data: bytes, path: str, via: tuple[str, ...], lines: int = 0) -> View:
    """Make a view of the strings of some bytes, one a line."""
    found = [(one.start(), _without_length(one[0])) for one in _STRINGS.finditer(data)]
    if _has_wide(data):
        found = sorted(found + [(one.start(), one[0][::2]) for one in _WIDE.finditer(data)])
    numbers, place = [], 0
    for start, _ in found:
        lines += data.count(b"\n", place, start)
        place = start
        numbers.append(lines + 1)
    return View(path, [b"\n".join(text for _, text in found)], via, ".txt", lines_back(numbers))
