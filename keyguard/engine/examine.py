"""What is in one blob: read once, gated, matched, and handed on without a value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from keyguard.detect.gates import Gates
from keyguard.detect.ignores import WAIVER_GATE, find_waivers
from keyguard.engine.seal import Seal
from keyguard.model import Skipped
from keyguard.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.detect.gates import Remember
    from keyguard.detect.matcher import Matcher, Place
    from keyguard.engine.pieces import Stretch
    from keyguard.model import Blob, Match, Waiver
    from keyguard.packs import RuleSet

WHOLE = 24 * 1024  # bytes; a longer text is matched in slices


@dataclass(slots=True)
class Finds:
    """What there is in a blob."""

    matches: list[Match] = field(default_factory=list)
    waivers: list[Waiver] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


class Examiner:
    """Finds what is in blobs; one for a process and a run, used by one thread at a time."""

    def __init__(self, rules: RuleSet, time_limit: float, key: bytes, remember: Remember | None) -> None:
        self.rules, self.time_limit = rules, time_limit
        self.gates = Gates(rules, WAIVER_GATE, remember)
        self.seal = Seal(key, rules)

    @cached_property
    def matcher(self) -> Matcher:
        """Made when it is needed: its patterns take 60 ms to compile, and most commits end at the gates."""
        from keyguard.detect.matcher import Matcher

        return Matcher(self.rules, self.time_limit)

    def begin(self, blob: Blob) -> Examination:
        """Begin with a blob."""
        return Examination(self, blob)


class Examination:
    """Goes through the text of one blob, piece by piece; its time begins with the first that is worth it."""

    def __init__(self, examiner: Examiner, blob: Blob) -> None:
        self._examiner, self._blob = examiner, blob
        self._deadline = 0.0
        self._found: dict[tuple[object, ...], Match] = {}
        self._waivers: dict[Waiver, None] = {}
        self._skipped: list[Skipped] = []

    def read(self, stretch: Stretch) -> None:
        """Look at the next stretch of the text."""
        worth, waived = self._examiner.gates.open_for(stretch.data, self._blob.path)
        if waived:
            for waiver in find_waivers(stretch.data, self._blob.path):
                self._waivers[replace(waiver, line=waiver.line + stretch.lines, blob=self._blob)] = None
        if worth and not self._skipped:
            self._match(stretch)

    def finds(self) -> Finds:
        """Return what there is in it."""
        seal = self._examiner.seal
        return Finds([seal(match) for match in self._found.values()], list(self._waivers), self._skipped)

    def _match(self, stretch: Stretch) -> None:
        from keyguard.detect.matcher import Place, TimeLimit

        self._deadline = self._deadline or self._examiner.matcher.deadline()
        place = Place(stretch.lines, stretch.columns, stretch.offset)
        try:
            for match in self._matches(stretch.data, place):
                self._found.setdefault((match.rule, match.region), match)
        except TimeLimit:
            limit = f"{self._examiner.time_limit:g} s"
            self._skipped.append(Skipped(self._blob.path, f"matching took longer than {limit} (--time-limit)"))

    def _matches(self, data: bytes, place: Place) -> Iterator[Match]:
        """Match bytes, of a large text only the slices that are worth it; offsets of slices need order alone."""
        matcher, gates, blob = self._examiner.matcher, self._examiner.gates, self._blob
        if len(data) <= WHOLE or matcher.is_table(decode.text(data[:4096]), blob.path):
            yield from matcher.find(decode.text(data), blob, place, deadline=self._deadline)
            return
        spoken = gates.spoken(data, blob.path)
        for start, end in gates.slices(data, blob.path):
            line = data.rfind(b"\n", 0, start)
            columns = len(decode.text(data[line + 1 : start])) + (place.columns if line < 0 else 0)
            lines = place.lines + data.count(b"\n", 0, start)
            at = replace(place, lines=lines, columns=columns, offset=place.offset + start)
            yield from matcher.find(decode.text(data[start:end]), blob, at, spoken=spoken, deadline=self._deadline)
