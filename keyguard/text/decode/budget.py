"""What the decoding of one blob may cost: counted for all that is in it together, whatever its depth."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import field
from typing import TYPE_CHECKING

from keyguard.frozen import dataclass
from keyguard.model import Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MIB = 1 << 20
DAMAGED = "it is damaged or cut off"
_FREE = MIB  # bytes that any member may unpack to, however small it was
_NOTES = 20  # entries of one blob that are reported one by one


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one blob; with a depth of 0 nothing is decoded."""

    depth: int = 6  # containers in containers
    entries: int = 50_000
    total: int = 1024 * MIB  # unpacked bytes
    entry: int = 32 * MIB  # unpacked bytes of one member that is no container
    held: int = 96 * MIB  # bytes of containers that cannot be read as a stream (zip, SQLite) and are kept whole
    ratio: int = 250  # unpacked by packed bytes, from the first MiB on
    seconds: float = 60.0


class Limit(Exception):  # noqa: N818 - not an error: what it says is noted
    """Something is not read, for the reason given."""


class Spent(Limit):
    """The blob's budget is used up, or its container is damaged: nothing more of it is read."""


class Refused(Limit):
    """One member cannot be read; the others are."""


@dataclass()
class Budget:
    """The budget of one blob, and what was not read for it."""

    limits: Limits = field(default_factory=Limits)
    tells: Callable[[bytes, str], bool] = lambda _data, _path: True
    """Says whether bytes under a path are worth a closer look; asked of binaries and notebooks before they get one."""

    may_tell: Callable[[bytes, str], bool] = lambda _data, _path: True
    """Says of a binary, at a third of the cost, whether `tells` has to be asked."""

    passed: bool = False
    """Set by the reader of a view whose text may hold encoded documents; they are looked for when it was read."""

    spoken: frozenset[str] = frozenset()
    """Set by it too: what the text mentions, which counts for the documents in it."""

    notes: list[Skipped] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    total: int = 0
    held: int = 0
    more: int = 0
    _deadline: float = 0.0

    def note(self, path: str, reason: str) -> None:
        """Report that something was not read."""
        if len(self.notes) < _NOTES:
            self.notes.append(Skipped(path, reason))
        else:
            self.more += 1
            last = self.notes[-1] if self.more > 1 else None
            entry = Skipped(self.notes[0].what.partition("!/")[0], f"{self.more} more entries in it were not read")
            self.notes[-1:] = [entry] if last else [self.notes[-1], entry]

    def begin(self) -> None:
        """Start the clock at the first container."""
        self._deadline = self._deadline or time.process_time() + self.limits.seconds

    def count_entry(self, number: int = 1) -> None:
        """Count a member."""
        self.entries += number
        if self.entries > self.limits.entries:
            raise Spent(f"it has more than {self.limits.entries:,} entries; the rest was not read")
        self.check_time()

    def check_time(self) -> None:
        """End when the time is over."""
        if self._deadline and time.process_time() > self._deadline:
            raise Spent(f"opening it took longer than {self.limits.seconds:g} s; the rest was not read")

    def spend(self, size: int) -> None:
        """Count unpacked bytes."""
        self.total += size
        if self.total > self.limits.total:
            raise Spent(f"it unpacks to more than {words(self.limits.total)}; the rest was not read")
        self.check_time()

    def check_ratio(self, unpacked: int, packed: int) -> None:
        """Refuse what is packed more tightly than text ever is."""
        if unpacked > _FREE and unpacked > self.limits.ratio * max(packed, 1):
            raise Refused(f"it unpacks to more than {self.limits.ratio} times its size")

    @contextmanager
    def holding(self, size: int) -> Iterator[None]:
        """Count bytes that stay in memory meanwhile."""
        if self.held + size > self.limits.held:
            raise Refused(f"it is larger than what is opened in memory ({words(self.limits.held)})")
        self.held += size
        try:
            yield
        finally:
            self.held -= size


def words(size: int) -> str:
    """Write a number of bytes for people."""
    return f"{size / MIB:g} MiB" if size >= MIB else f"{size:,} bytes"
