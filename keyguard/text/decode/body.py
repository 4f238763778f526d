"""The bytes of one member, read once from front to back, each of them counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.text.decode.budget import DAMAGED, Refused, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from keyguard.text.decode.budget import Budget

PIECE = 1 << 20
_ASKS = 100  # reads behind the end, by whoever believes a size that lies


class Body:
    """A stream with a look ahead; `packed` says how many bytes of the container it came from so far."""

    def __init__(self, read: Callable[[int], bytes], budget: Budget, packed: Callable[[], int] | None = None) -> None:
        self._read, self._packed, self.budget = read, packed, budget
        self._ahead = b""
        self.taken = 0  # bytes read from below
        self._asks = 0

    def _next(self, size: int) -> bytes:
        data = self._read(size)
        self.taken += len(data)
        if not data:
            self._asks += 1
            if self._asks > _ASKS:
                raise Refused(DAMAGED)
        if self._packed is not None:  # else it is the blob itself, which the size limit of files bounds
            self.budget.spend(len(data))
            self.budget.check_ratio(self.taken, self._packed())
        return data

    def peek(self, size: int) -> bytes:
        """Return the first bytes without taking them."""
        while len(self._ahead) < size and (data := self._next(size - len(self._ahead))):
            self._ahead += data
        return self._ahead[:size]

    def read(self, size: int = -1) -> bytes:
        """Read as a file is read: fewer bytes than asked for only at the end."""
        if size is None or size < 0:
            return b"".join(self.pieces())
        parts, left = [self._ahead[:size]], size - len(self._ahead[:size])
        self._ahead = self._ahead[size:]
        while left and (data := self._next(left)):
            parts.append(data)
            left -= len(data)
        return b"".join(parts)

    def pieces(self) -> Iterator[bytes]:
        """Yield what is left."""
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            yield ahead
        while data := self._next(PIECE):
            yield data

    def text_pieces(self) -> Iterator[bytes]:
        """Yield what is left, up to the limit of one member."""
        size = 0
        for piece in self.pieces():
            size += len(piece)
            self._within(size, self.budget.limits.entry)
            yield piece

    def whole(self, limit: int | None = None) -> bytes:
        """Return what is left at once; raises `Refused` where that is too much."""
        limit = self.budget.limits.held - self.budget.held if limit is None else limit
        parts, size = [], 0
        for piece in self.pieces():
            size += len(piece)
            self._within(size, limit)
            parts.append(piece)
        return b"".join(parts)

    @staticmethod
    def _within(size: int, limit: int) -> None:
        if size > limit:
            raise Refused(f"it unpacks to more than {words(limit)}")


def of_pieces(pieces: Iterable[bytes], budget: Budget) -> Body:
    """Make a body of a blob's pieces."""
    iterator, held, place = iter(pieces), b"", 0

    def read(size: int) -> bytes:
        nonlocal held, place
        while place >= len(held):
            piece = next(iterator, None)
            if piece is None:
                return b""
            held, place = piece, 0
        data = held[place : place + size]
        place += len(data)
        return data

    return Body(read, budget)


def of_bytes(data: bytes, budget: Budget, packed: int) -> Body:
    """Make a body of bytes that were unpacked already, from so many."""
    place = 0

    def read(size: int) -> bytes:
        nonlocal place
        found = data[place : place + size]
        place += len(found)
        return found

    return Body(read, budget, lambda: packed)
