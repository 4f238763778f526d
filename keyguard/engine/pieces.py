"""The text of one blob, piece by piece: decoded, each with some of the last one, so that no cut hides anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from keyguard.detect.gates import boundary
from keyguard.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OVERLAP = 64 * 1024  # bytes of a large blob that are read again with its next piece


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a blob's text as UTF-8, and what stands before it: lines, code points of its first line, and bytes."""

    data: bytes
    lines: int = 0
    columns: int = 0
    offset: int = 0


class Binary(Exception):  # noqa: N818 - not an error: the blob is passed over
    """The bytes are no text."""


def stretches(pieces: Iterable[bytes]) -> Iterator[Stretch]:
    """Yield the text that the pieces make up; raises `Binary` where they are none."""
    decoder = decode.Decoder()
    last: Stretch | None = None
    for piece in pieces:
        text = decoder.utf8(piece)
        if text is None:
            raise Binary
        last = _behind(last, text) if last else Stretch(text)
        yield last


def _behind(last: Stretch, text: bytes) -> Stretch:
    """Return the next stretch, which begins with the end of the last one."""
    data = last.data
    cut = boundary(data, len(data) - OVERLAP, len(data) - OVERLAP // 2) if len(data) > OVERLAP else 0
    gone = data[:cut]
    line = gone.rfind(b"\n")
    columns = len(decode.text(gone[line + 1 :])) + (last.columns if line < 0 else 0)
    return Stretch(data[cut:] + text, last.lines + gone.count(b"\n"), columns, last.offset + cut)
