"""A loose object of a git store that lies in an archive."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from keyguard.text.decode.body import Body as _Body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import View


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the content of a blob, commit or tag; trees hold names only."""
    unpacker = zlib.decompressobj()

    def read(size: int) -> bytes:
        while not unpacker.eof:
            data = unpacker.unconsumed_tail or body.read(65536)
            if not data:
                visit.budget.note(path, "it is cut off")
                return b""
            if piece := unpacker.decompress(data, size):
                return piece
        return b""

    unpacked = _Body(read, visit.budget, lambda: body.taken)
    header = unpacked.peek(64).partition(b"\0")[0]
    if header.partition(b" ")[0] in {b"blob", b"commit", b"tag"}:
        unpacked.read(len(header) + 1)
        yield from visit.member(unpacked, path, via, name="")  # the path says what packed it, which is undone
