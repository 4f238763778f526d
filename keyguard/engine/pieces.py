"""The text of one blob, piece by piece: decoded, each with some of the last one, so that no cut hides anything."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from keyguard.detect.gates import boundary, last_boundary
from keyguard.frozen import dataclass
from keyguard.text import decode, unseen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keyguard.model import Region
    from keyguard.text.unseen import Plain

OVERLAP = 64 * 1024  # bytes of a large blob that are read again with its next piece


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a blob's text as UTF-8, and what stands before it: lines, code points of its first line, and bytes.

    What cannot be seen may be looked through: then `plain` leads back to what the blob holds.
    """

    data: bytes
    lines: int = 0
    columns: int = 0
    offset: int = 0
    plain: Plain | None = field(default=None, compare=False)

    def seen_through(self, *, spelled: bool = True) -> Stretch:
        """Return it without what cannot be seen, and with values as they are meant."""
        plain = unseen.plain(self.data, spell=spelled)
        return replace(self, data=plain.data, plain=plain) if plain else self

    def true(self, region: Region) -> Region:
        """Return where a region of the plain text stands in the blob's."""
        return self._moved(self.plain.back(self._moved(region, -1)), 1) if self.plain else region

    def _moved(self, region: Region, times: int) -> Region:
        """Count a region from the blob's begin, or from that of the stretch."""
        lines, columns, first = self.lines * times, self.columns * times, 1 if times > 0 else self.lines + 1
        return replace(
            region,
            line=region.line + lines,
            column=region.column + (columns if region.line == first else 0),
            end_line=region.end_line + lines,
            end_column=region.end_column + (columns if region.end_line == first else 0),
        )


class Binary(Exception):  # noqa: N818 - not an error: the blob is passed over
    """The bytes are no text."""


def stretches(pieces: Iterable[bytes]) -> Iterator[Stretch]:
    """Yield the text that the pieces make up; raises `Binary` where they are none.

    A piece may end within a value: what stands behind its last line waits for the next one.
    """
    decoder = decode.Decoder()
    last: Stretch | None = None
    with_cr = False
    held = b""
    for piece, is_last in _with_end(pieces):
        text = decoder.utf8(piece)
        if text is None:
            raise Binary
        with_cr = with_cr or (last is None and unseen.ends_in_cr(text))
        text = held + (unseen.with_line_feeds(text) if with_cr else text)
        cut = len(text) if is_last else last_boundary(text, len(text) - OVERLAP)
        text, held = text[:cut], text[cut:]
        if not (text or is_last):
            continue
        last = _behind(last, text) if last else Stretch(text)
        yield last


def _with_end(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Say of each piece whether it is the last one."""
    before: bytes | None = None
    for piece in pieces:
        if before is not None:
            yield before, False
        before = piece
    if before is not None:
        yield before, True


def _behind(last: Stretch, text: bytes) -> Stretch:
    """Return the next stretch, which begins with the end of the last one."""
    data = last.data
    cut = boundary(data, len(data) - OVERLAP, len(data) - OVERLAP // 2) if len(data) > OVERLAP else 0
    gone = data[:cut]
    line = gone.rfind(b"\n")
    columns = len(decode.text(gone[line + 1 :])) + (last.columns if line < 0 else 0)
    return Stretch(data[cut:] + text, last.lines + gone.count(b"\n"), columns, last.offset + cut)
