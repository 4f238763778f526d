"""A history in parts, for several tasks: each reads some contents, and one that knows what came of them reads the rest.

    PartSource     the contents with some numbers of the walk ------> Part: in which of them there may be something
    JoinedSource   the whole walk, and of the contents only those, with all that a single scan finds in them

A part is known by the contents that it read, in their order: where the walk has others at its numbers by then, since
the history has moved or another git walks otherwise, these are read again. So nothing is passed over unread.
"""

from __future__ import annotations

import hashlib
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from keyguard.sources.history import HistorySource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from keyguard.model import Blob
    from keyguard.sources import Traces


class Part(msgspec.Struct, frozen=True):
    """What came of some contents; no more than names of theirs."""

    digest: str = ""  # of their names, in their order
    unclear: tuple[str, ...] = ()  # names of those that are to be read again
    contents: int = 0
    read_bytes: int = 0


class PartSource(HistorySource):
    """The contents at some numbers of the walk, in a process that knows nothing of the others."""

    def __init__(self, *arguments: Any, numbers: range, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._numbers = numbers
        self._names_of_all: list[str] = []
        self._clear: set[str] = set()

    @property
    def part(self) -> Part:
        """What came of them, when all were read."""
        unclear = tuple(name for name in self._names_of_all if name not in self._clear)
        return Part(_digest(self._names_of_all), unclear, len(self._names_of_all))

    def _unknown(self, blobs: Iterator[Blob]) -> Iterator[Blob]:
        chosen = list(islice(blobs, self._numbers.start, self._numbers.stop))
        self._names_of_all = [_name(blob) for blob in chosen]
        self._clear = set(self._names_of_all)
        for blob in super()._unknown(iter(chosen)):
            self._clear.discard(_name(blob))
            yield blob

    def _begin(self) -> None:
        """Leave the walk to all names until somebody asks for one: most parts end before that."""

    def _commits(self) -> Iterator[str]:
        super()._begin()
        return super()._commits()

    def _all_paths(self) -> Iterable[str]:
        if self._names is None:
            super()._begin()
        return super()._all_paths()

    def record(self, clean: Iterable[Blob], open_: Iterable[Blob]) -> None:
        """Take note of what is clean."""
        read = list(clean)
        self._clear.update(map(_name, read))
        super().record(read, open_)

    def _named_again(self) -> Iterator[Blob]:
        return iter(())

    def history_of(self, held: Mapping[Blob, Mapping[int, int]]) -> Traces:  # noqa: ARG002
        """Tell nothing: that is for the scan that reads what was found."""
        return {}


class JoinedSource(HistorySource):
    """The whole history, of which parts were read: what was clean in them is counted, and all else is read."""

    def __init__(self, *arguments: Any, parts: Sequence[Part | None], size: int, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._parts, self._size = parts, size

    def _unknown(self, blobs: Iterator[Blob]) -> Iterator[Blob]:
        for part in self._parts:
            some = list(islice(blobs, self._size))
            names = [_name(blob) for blob in some]
            unclear = set(part.unclear if part is not None and part.digest == _digest(names) else names)
            for name, blob in zip(names, some, strict=True):
                if name in unclear:
                    yield blob
                else:
                    self.known += not blob.is_message
        yield from super()._unknown(blobs)


def _name(blob: Blob) -> str:
    path = blob.path.encode("utf-8", "surrogateescape")
    return f"{blob.id}.{hashlib.sha256(path).hexdigest()[:16]}"


def _digest(names: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()
