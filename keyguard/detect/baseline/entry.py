"""One known finding: by what it is known again, how far it had got, and what was decided of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from enum import IntEnum
from typing import TYPE_CHECKING

from keyguard.frozen import dataclass
from keyguard.model import Tracking

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from keyguard.model import Finding

REAL, FALSE_ALARM, ACCEPTED = "real", "false alarm", "accepted"
REVOKED = "revoked"  # its key is gone, and the reason says who said so and when


class Reach(IntEnum):
    """How far towards everybody a finding has got, by the farthest of its places."""

    IGNORED = 0  # git ignores all files that hold it
    UNTRACKED = 1  # the next `git add .` would take it
    TRACKED = 2  # git carries it; so it is where there is no git, and nothing to tell files apart by

    @property
    def word(self) -> str:
        """The word that the file and reports have for it."""
        return self.name.lower()


_REACH = {Tracking.IGNORED: Reach.IGNORED, Tracking.UNTRACKED: Reach.UNTRACKED}


def reach_of(finding: Finding) -> Reach:
    """Tell how far a finding has got."""
    places = (*finding.matches, *finding.versions)
    return max(_REACH.get(match.blob.tracking, Reach.TRACKED) for match in places)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a value stands that must not be hashed: the path, the account that its name says, and the part.

    In that order they are written: behind the word 'passphrase' any scanner, ours too, takes a text for one.
    """

    path: str
    account: str  # a hash, as a name may hold a key; '' when the name says none
    part: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One known finding, and what was decided of it: nothing yet, or REAL, FALSE_ALARM, ACCEPTED, REVOKED."""

    id: str
    rule: str
    path: str  # for people; what is compared stands in `places`
    known: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    reach: Reach = Reach.TRACKED  # that it had when it was recorded; the same value farther out is a new leak
    decision: str = ""
    reason: str = ""
    expires: date | None = None  # the first day on which it counts again

    def covers(self, reach: Reach) -> bool:
        """Tell whether it speaks for a finding that has got so far; what is no leak, or dead, is none anywhere."""
        return reach <= self.reach or self.decision in {FALSE_ALARM, REVOKED}

    def waives(self, today: date) -> bool:
        """Tell whether the entry keeps its finding quiet: no real one does, and none whose time is over."""
        return self.decision != REAL and not self.has_expired(today)

    def has_expired(self, today: date) -> bool:
        """Tell whether the time is over for which it was accepted."""
        return self.expires is not None and today >= self.expires

    @property
    def why(self) -> str:
        """What a report says of a finding that the entry keeps quiet."""
        if self.decision == ACCEPTED:
            return f"accepted until {self.expires}: {self.reason}"
        if self.decision in {FALSE_ALARM, REVOKED}:
            return f"{self.decision}: {self.reason}" if self.reason else self.decision
        return ""


def tidy(entries: Iterable[Entry]) -> list[Entry]:
    """Sort entries and join those of one id, as a merge may leave them; of two decisions the more careful one stays."""
    joined: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda entry: (entry.id, _care(entry), entry.reason)):
        first = joined.setdefault(entry.id, entry)
        joined[entry.id] = replace(
            first,
            known=tuple(sorted({*first.known, *entry.known})),
            places=first.places if set(entry.places) <= set(first.places) else _most(first.places, entry.places),
            reach=max(first.reach, entry.reach),
        )
    return list(joined.values())


def _care(entry: Entry) -> tuple[int, str]:
    rank = {REAL: 0, ACCEPTED: 1, REVOKED: 2, FALSE_ALARM: 3}.get(entry.decision, 4)
    return rank, entry.expires.isoformat() if entry.expires else ""


def _most(one: Iterable[Place], other: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(sorted((Counter(one) | Counter(other)).elements()))
