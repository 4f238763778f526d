"""The unit of work: read some named blobs and say what is in them; nothing of the run beside them is known here.

The same in the scan's own process, in a fork of it and in a process that was started anew: all that leaves it can be
pickled, and no value does.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import TYPE_CHECKING

from keyguard.engine.examine import MOST
from keyguard.model import Blob, Skipped

if TYPE_CHECKING:
    import builtins
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from keyguard.engine.examine import Examiner, Finds
    from keyguard.model import Match, Practice, Tracking, Waiver
    from keyguard.sources import Source

UNREAD, CLEAN, OPEN = 0, 1, 2
"""What became of a blob: not read; read, and nothing in it; something in it."""

NAMED = 100  # blobs for whose finds there was no room


@dataclass
class Found:
    """What came of a batch: one state for each blob, what is in them, and counts."""

    states: bytearray = field(default_factory=bytearray)
    matches: list[Match] = field(default_factory=list)
    practices: list[Practice] = field(default_factory=list)
    waivers: list[Waiver] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    files: int = 0
    versions: int = 0
    bytes: int = 0
    contents: list[builtins.bytes] = field(default_factory=list)  # ids that git would give them, where asked for
    targets: set[str] = field(default_factory=set)  # in which something was read
    beyond: Counter[str] = field(default_factory=Counter)  # blobs for whose finds there was no room, by their paths

    def add(self, other: Found) -> None:
        """Add what came of another batch, but for the single blobs."""
        for _, matches in groupby(other.matches, lambda match: match.blob.outer):
            self.take(list(matches))
        self.practices += other.practices[: MOST - len(self.practices)]
        self.waivers += other.waivers
        self.beyond += other.beyond
        self.skipped += other.skipped
        self.left_out += other.left_out
        self.files += other.files
        self.versions += other.versions
        self.bytes += other.bytes
        self.targets |= other.targets

    def take(self, matches: Sequence[Match]) -> None:
        """Add the matches of one blob while there is room: whoever writes files must not fill the memory with them."""
        if len(self.matches) + len(matches) <= MOST:
            self.matches += matches
        else:
            self.beyond[matches[0].blob.outer.path] += 1

    def left(self) -> Iterator[Skipped]:
        """Say in which blobs more was found than is kept."""
        reason = f"what was found in it is not kept: of one scan {MOST:,} values are, and others were found before"
        yield from (Skipped(path, reason) for path in islice(self.beyond, NAMED))
        if (more := len(self.beyond) - NAMED) > 0:
            yield Skipped(f"{more:,} more files", reason)


class Unit:
    """Reads the blobs of one source, and finds what is in them."""

    def __init__(self, source: Source, examiner: Examiner, targets: Collection[str] = ()) -> None:
        self._source, self._examiner = source, examiner
        self._targets = targets  # paths relative to the root
        self._algorithm = source.algorithm

    def __call__(self, batch: Sequence[Blob]) -> Found:
        """Work through a batch."""
        found = Found(bytearray(len(batch)), contents=[b""] * len(batch) if self._algorithm else [])
        numbers = {(blob.path, blob.id): number for number, blob in enumerate(batch)}
        for blob, pieces in self._source.read(batch):
            number = numbers[blob.path, blob.id]
            self._examine(blob, _Counted(pieces, found, number, self._algorithm), found, number)
        return found

    def remote(self, batch: Sequence[tuple[str, str, int, Tracking, int]]) -> Found:
        """Work through a batch in a process of its own: what the source noted goes with the answer."""
        source = self._source
        source.skipped.clear()
        source.left_out.clear()
        found = self([Blob(*fields) for fields in batch])
        found.skipped += source.skipped
        found.left_out += source.left_out
        return found

    def leave(self) -> None:
        """Let go of what reading needed, in a process of its own that ends."""
        self._source.release()

    def _examine(self, blob: Blob, pieces: _Counted, found: Found, number: int) -> None:
        found.states[number] = UNREAD
        examination = self._examiner.begin(blob)
        examination.read(pieces)
        if not pieces.number:
            return
        found.left_out += examination.left_out
        finds = examination.finds()
        if examination.texts:
            found.versions += blob.is_past and not blob.is_message
            found.files += not blob.is_past
            if self._targets:
                found.targets.update(path for path in _around(blob.path) if path in self._targets)
        else:  # none was in it, or none that could be had
            found.bytes -= pieces.size
        found.states[number] = _noted(finds, found)


def _around(path: str) -> Iterator[str]:
    """Name a path and the folders that it lies in, the root apart."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _noted(finds: Finds, found: Found) -> int:
    """Add what is in a blob, and return its state."""
    found.take(finds.matches)
    found.practices += finds.practices
    found.waivers += finds.waivers
    found.skipped += finds.skipped
    return OPEN if finds.matches or finds.waivers or finds.skipped else CLEAN


class _Counted:
    """The pieces of a blob, counted on the way, and named as git would name them where that is asked for."""

    def __init__(self, pieces: Iterable[bytes], found: Found, place: int, algorithm: str) -> None:
        self._pieces, self._found, self._place, self._algorithm = pieces, found, place, algorithm
        self.number = self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.number += 1
            self.size += len(piece)
            self._found.bytes += len(piece)
            if self._algorithm:
                # Of a larger file there is a second piece, and no id: then its content is read once more, as history.
                self._found.contents[self._place] = b"" if self.number > 1 else _content_id(piece, self._algorithm)
            yield piece


def _content_id(data: bytes, algorithm: str) -> bytes:
    digest = hashlib.new(algorithm, b"blob %d\0" % len(data), usedforsecurity=False)
    digest.update(data)
    return digest.digest()
