"""What one packed stream holds: a tar, whose members are named at once, or a single file; cut off, what there is."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

from keyguard.text.decode.body import Body
from keyguard.text.decode.budget import Limit
from keyguard.text.decode.charset import SNIFF
from keyguard.text.decode.kinds import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import View

_TAPES = {"tgz": ".tar", "tbz": ".tar", "tbz2": ".tar", "txz": ".tar", "tzst": ".tar"}
_ENDINGS = frozenset("gz bz2 xz lzma zst z".split())
_INPUT = 64 * 1024
UNNAMED = "content"  # what a stream holds whose own name does not say it


class Decompressor(Protocol):
    """As those of `bz2` and `lzma`."""

    @property
    def eof(self) -> bool: ...  # noqa: D102
    @property
    def needs_input(self) -> bool: ...  # noqa: D102
    @property
    def unused_data(self) -> bytes: ...  # noqa: D102

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...  # noqa: D102


class Inflater:
    """zlib's decompressor in the form of the others; `wbits` says what stands around the packed bytes."""

    def __init__(self, wbits: int) -> None:
        self._inner = zlib.decompressobj(wbits)

    @property
    def eof(self) -> bool:
        """Whether the stream's end was reached."""
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        """Whether more can come of further input alone."""
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        """What stands behind the stream's end."""
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Return what comes out next."""
        return self._inner.decompress(self._inner.unconsumed_tail + data, max(max_length, 0))


class Stream:
    """Reads one packed stream after the other until nothing is left; `damaged` when it does not end as it should."""

    def __init__(self, packed: Body, make: Callable[[], Decompressor]) -> None:
        self._packed, self._make = packed, make
        self._inner: Decompressor | None = make()
        self._left = b""
        self.damaged = False

    def read(self, size: int) -> bytes:
        """Read at most so many bytes; none at the end."""
        try:
            while self._inner is not None:
                if piece := self._step(self._inner, size):
                    return piece
        except Limit:
            raise
        except Exception:  # noqa: BLE001 - each library has errors of its own
            self._inner, self.damaged = None, True
        return b""

    def _step(self, inner: Decompressor, size: int) -> bytes:
        if inner.eof:
            rest = inner.unused_data.lstrip(b"\0")
            if rest := rest or self._packed.read(_INPUT).lstrip(b"\0"):
                self._left = rest
                self._inner = self._make()
            else:
                self._inner = None
            return b""
        data, self._left = self._left, b""
        if not data and inner.needs_input:
            data = self._packed.read(_INPUT)
            if not data:
                self._inner, self.damaged = None, True
                return b""
        return inner.decompress(data, size)


def single(
    visit: Visit, packed: Body, path: str, via: tuple[str, ...], make: Callable[[], Decompressor]
) -> Iterator[View]:
    """Yield the views of what a packed stream holds."""
    stream = Stream(packed, make)
    body = Body(stream.read, visit.budget, lambda: packed.taken)
    name = _name_within(path)
    kind = kind_of(body.peek(SNIFF), name)
    if kind is not None and kind.name == "tar":  # backup.tar.gz!/bot/.env, without a name for the tar between
        visit.budget.count_entry()
        yield from visit.member(body, path, via)
    else:
        yield from visit.inside(body, path, name, via)
    if stream.damaged:
        visit.budget.note(path, "it is damaged or cut off")


def _name_within(path: str) -> str:
    name = path.rpartition("/")[2]
    stem, _, ending = name.rpartition(".")
    ending = ending.lower()
    if stem and ending in _TAPES:
        return stem + _TAPES[ending]
    return stem if stem and ending in _ENDINGS else UNNAMED
