"""What a scan makes of one place of a file: the same way through decoding, gates and matcher, with a witness."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from keyguard.detect.practice import why as practised
from keyguard.detect.why import Told, Witness
from keyguard.engine.examine import Examiner
from keyguard.frozen import dataclass
from keyguard.model import INSIDE, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from keyguard.detect.engines import Remember
    from keyguard.detect.practice.why import Weighed
    from keyguard.model import Finding, Match, Practice, Region
    from keyguard.packs import RuleSet
    from keyguard.sources import Source
    from keyguard.text.decode import Limits


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a file, as a person names it."""

    path: str
    line: int
    column: int | None = None

    @property
    def outer(self) -> str:
        """The path of the file that can be opened."""
        return self.path.partition(INSIDE)[0]

    @property
    def inner(self) -> str:
        """The path of a container's member within it."""
        return self.path.partition(INSIDE)[2]

    def is_in(self, match: Match) -> bool:
        """Say whether the place lies in what a match spans."""
        region = match.region
        if match.blob.inner != self.inner or not region.line <= self.line <= region.end_line:
            return False
        if self.column is None:
            return True
        first = region.column if self.line == region.line else 1
        return first <= self.column and (self.line < region.end_line or self.column <= region.end_column)


@dataclass(frozen=True, slots=True)
class Value:
    """One value that was read there, and where it stands."""

    region: Region
    told: Told


@dataclass(frozen=True, slots=True)
class Answer:
    """Why a scan says what it says of a place, without any value."""

    spot: Spot
    values: tuple[Value, ...]  # those that are evidence of something; else all
    others: int  # values on that line which neither shape nor name speaks for
    closely: bool  # whether the text there was read closely: a gate was hit
    findings: tuple[Finding, ...] = ()  # that have a part there
    practices: tuple[Practice, ...] = ()  # that stand there
    weighed: tuple[Weighed, ...] = ()  # rules of practices of which something fits there
    unused: bool = False  # practices were looked for, and nothing there uses the provider
    skipped: tuple[Skipped, ...] = ()


class _Examiner(Examiner):
    line = 0

    @cached_property
    def practices(self) -> practised.Told:
        return practised.Told(self.rules, self.line)

    @cached_property
    def matcher(self) -> Witness:
        return Witness(self.rules, self.time_limit)


def ask(
    sources: Iterable[Source],
    spot: Spot,
    rules: RuleSet,
    *,
    time_limit: float,
    limits: Limits,
    remember: Remember | None,
) -> Answer:
    """Read the file again, and return what was made of the values at a place."""
    examiner = _Examiner(rules, time_limit, os.urandom(32), remember, limits)
    examiner.line = spot.line
    matches: list[Match] = []
    skipped: list[Skipped] = []
    inside: set[str] = set()
    for source in sources:
        for blob, pieces in source.read(list(source.blobs())):
            examination = examiner.begin(blob)
            examination.read(pieces)
            matches += examination.places
            inside.update(path.partition(INSIDE)[2] for path in examination.paths)
            skipped += examination.finds().skipped
        skipped += source.skipped
    if spot.inner and spot.inner not in inside and not skipped:
        skipped.append(Skipped(spot.path, "no text of that name was found in it"))
    inner = [match for match in matches if match.blob.inner == spot.inner]
    weighed = tuple(one for one in examiner.practices.weighed if one.path.partition(INSIDE)[2] == spot.inner)
    answer = _answer(spot, inner, examiner.matcher.told)
    return replace(answer, skipped=tuple(skipped), weighed=weighed, unused=examiner.practices.unused)


def _answer(spot: Spot, matches: Sequence[Match], told: Sequence[Told]) -> Answer:
    lines = [match.region.line for match in matches]
    here = [Value(match.region, told[int(match.name)]) for match in matches if spot.is_in(match)]
    telling = [value for value in here if value.told.reasons]
    chosen = tuple(sorted(telling or here, key=_order))
    closely = bool(lines) and min(lines) <= spot.line <= max(lines)
    return Answer(spot, chosen, len(here) - len(chosen), closely)


def _order(value: Value) -> tuple[int, int, int]:
    return value.region.line, value.region.column, value.region.end_column


def holding(findings: Sequence[Finding], spot: Spot) -> tuple[Finding, ...]:
    """Return the findings that have a part at a place."""
    return tuple(finding for finding in findings if any(spot.is_in(match) for match in finding.matches))


def standing(practices: Sequence[Practice], spot: Spot) -> tuple[Practice, ...]:
    """Return the practices at a place."""
    return tuple(
        one for one in practices if one.blob.inner == spot.inner and one.region.line <= spot.line <= one.region.end_line
    )
