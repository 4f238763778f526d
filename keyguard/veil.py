"""Masks the values of secrets where they stand in other texts: a file may be named after its key."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MASK = b"********"


class Veil:
    """Masks known values in bytes.

    Thousands of values meet thousands of paths: values are looked up by their first bytes at each offset, so that
    the time depends on the length of the paths alone.
    """

    # Of shorter values most are ordinary words of a path, and no exchange ever took them as a passphrase.
    _HEAD = 6

    def __init__(self, values: Iterable[bytes]) -> None:
        self._by_head: defaultdict[bytes, list[bytes]] = defaultdict(list)
        for value in values:
            if len(value) >= self._HEAD:
                self._by_head[value[: self._HEAD].lower()].append(value.lower())

    def __call__(self, raw: bytes) -> bytes:
        """Return the bytes with every known value masked, whatever the case of its letters."""
        kept, end = [], 0
        for start, stop in self._spans(raw):
            if start >= end:
                kept += [raw[end:start], MASK]
            end = max(end, stop)
        return b"".join([*kept, raw[end:]])

    def _spans(self, raw: bytes) -> Iterator[tuple[int, int]]:
        raw = raw.lower()  # of the same length, bytes as they are
        for start in range(len(raw) - self._HEAD + 1):
            for value in self._by_head.get(raw[start : start + self._HEAD], ()):
                if raw.startswith(value, start):
                    yield start, start + len(value)
