"""Debian packages: an ar archive of a few tapes, each packed in a way of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from keyguard.text.decode.body import Body
from keyguard.text.decode.budget import DAMAGED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import View

_MAGIC, _HEADER, _ENDS = 8, 60, b"`\n"


class _Member:
    """The bytes of one member; what of them nobody read is passed over."""

    def __init__(self, body: Body, size: int) -> None:
        self._body, self._left = body, size

    def read(self, size: int) -> bytes:
        """Read at most so many bytes; none at the end."""
        data = self._body.read(min(size, self._left))
        self._left = self._left - len(data) if data else 0
        return data

    def pass_over(self) -> None:
        """Read up to the member's end."""
        while self.read(64 * 1024):
            pass


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the views of its members: the version, the scripts, and the files."""
    body.read(_MAGIC)
    while header := body.read(_HEADER):
        size = header[48:58].strip()
        if header[58:] != _ENDS or not size.isdigit():
            visit.budget.note(path, DAMAGED)
            return
        member = _Member(body, int(size))
        name = header[:16].decode("latin-1").strip().rstrip("/")
        yield from visit.inside(Body(member.read, visit.budget, partial(max, int(size), 1)), path, name, via)
        member.pass_over()
        body.read(int(size) % 2)
