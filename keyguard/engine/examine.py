"""What is in one blob: read once, gated, matched, and handed on without a value."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from keyguard.detect.gates import Gates
from keyguard.detect.ignores import WAIVER_GATE, find_waivers
from keyguard.engine.pieces import Binary, stretches
from keyguard.engine.seal import Seal
from keyguard.model import INSIDE, Region, Skipped
from keyguard.text import decode
from keyguard.text.lines import Place
from keyguard.veil import Veil

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from keyguard.detect.engines import Remember
    from keyguard.detect.gates import Opening
    from keyguard.detect.matcher import Matcher
    from keyguard.detect.practice.finder import Practices
    from keyguard.detect.windows import Window
    from keyguard.engine.answers import Answers
    from keyguard.engine.pieces import Stretch
    from keyguard.engine.reading import Reading
    from keyguard.model import Blob, Match, Practice, Waiver
    from keyguard.packs import RuleSet

_WHOLE = 1 << 20  # bytes; of a shorter piece it is asked whether it is all of its blob
_SHOWN = 3  # stretches of lines that a report names
_SHOWN = 200  # characters of a practice's line

MOST = 40_000
"""Values, and practices, that are kept of a run and of one blob: each takes about 3 KiB, and the rest is named."""


@dataclass(slots=True)
class Finds:
    """What there is in a blob."""

    matches: list[Match] = field(default_factory=list)
    practices: list[Practice] = field(default_factory=list)
    waivers: list[Waiver] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


class Examiner:
    """Finds what is in blobs; one for a process and a run, used by one thread at a time."""

    def __init__(
        self,
        rules: RuleSet,
        time_limit: float,
        key: bytes,
        remember: Remember | None,
        limits: decode.Limits | None = None,
    ) -> None:
        self.rules, self.time_limit = rules, time_limit
        self._key, self._remember = key, remember
        self.limits = limits or decode.Limits()
        self.gates = Gates(rules, WAIVER_GATE, remember)
        self.seal = Seal(key, rules)

    def __reduce__(self) -> tuple[Any, ...]:
        """Be made anew in another process, from what it was made of."""
        return Examiner, (self.rules, self.time_limit, self._key, self._remember, self.limits)

    @cached_property
    def matcher(self) -> Matcher:
        """Made when it is needed: its patterns take 60 ms to compile, and most commits end at the gates."""
        from keyguard.detect.matcher import Matcher

        return Matcher(self.rules, self.time_limit)

    @cached_property
    def answers(self) -> Answers:
        """What was found in windows so far."""
        from keyguard.engine.answers import Answers

        return Answers(self.matcher)

    @cached_property
    def practices(self) -> Practices:
        """Made when it is needed."""
        from keyguard.detect.practice.finder import Practices

        return Practices(self.rules)

    def reading(self, blob: Blob, around: frozenset[str]) -> Reading:
        """Begin with a text that is worth a close look; `around` are the packs that the text around it mentions."""
        from keyguard.engine.reading import Reading

        return Reading(self, blob, around)

    def sees_nothing(self, data: bytes, path: str) -> bool:
        """Say of a whole blob that it is a text as it stands, for which no gate opens; most are read no further."""
        head = data[: decode.SNIFF]
        is_text = data.isascii() and b"\0" not in head and not decode.hides(head, path)
        return is_text and not self.gates.may_open(data, path)

    def begin(self, blob: Blob) -> Examination:
        """Begin with a blob."""
        return Examination(self, blob)

    def budget(self, *, of_today: bool = True) -> decode.Budget:
        """Return what the decoding of one blob may cost; only in what is there today practices are looked for."""

        def tells(data: bytes, path: str) -> bool:
            opening = self.gates.look(data, path, of_today=of_today)
            return opening.worth or opening.waived or bool(opening.practised)

        return decode.Budget(self.limits, tells, self.gates.may_open_binary)


class Examination:
    """Goes through the texts of one blob, piece by piece; the time of each begins with the first that is worth it."""

    def __init__(self, examiner: Examiner, blob: Blob) -> None:
        self._examiner, self._blob = examiner, blob
        self._budget = examiner.budget(of_today=not blob.is_past)
        self._found: dict[tuple[object, ...], Match] = {}
        self._waivers: dict[Waiver, None] = {}
        self._practices: list[Practice] = []
        self._skipped: list[Skipped] = []
        self._behind: Counter[str] = Counter()  # by path: the length of the texts that were read under it
        self.texts = 0

    def read(self, pieces: Iterable[bytes]) -> None:
        """Look at everything that the blob holds."""
        pieces = iter(pieces)
        first = list(islice(pieces, 1))
        if first and len(first[0]) < _WHOLE:
            first += islice(pieces, 1)
            if len(first) == 1 and self._examiner.sees_nothing(first[0], self._blob.path):
                self.texts = 1
                return
        for view in decode.views(chain(first, pieces), self._blob.path, self._budget):
            text = _Text(self._examiner, self._blob, view, self._behind[view.path])
            with suppress(Binary):
                for stretch in stretches(view.pieces):
                    text.read(stretch)
                self._budget.passed, self._budget.spoken = text.passed, text.spoken
            self._behind[view.path] = text.end
            self._keep(text)
            self.texts += 1

    def _keep(self, text: _Text) -> None:
        for match in text.found.values():
            if len(self._found) < MOST:
                self._found.setdefault((match.rule, match.blob.path, match.region), match)
        self._waivers |= text.waivers
        self._practices += islice(text.practices.values(), MOST - len(self._practices))
        self._skipped += text.skipped

    @property
    def left_out(self) -> Counter[str]:
        """What was passed over by design."""
        return self._budget.left_out

    @property
    def paths(self) -> list[str]:
        """The paths of the texts in it, those of members of a container too."""
        return list(self._behind)

    @property
    def places(self) -> list[Match]:
        """What matched, with its value; for nobody outside of this process."""
        return list(self._found.values())

    def finds(self) -> Finds:
        """Return what there is in it."""
        seal = self._examiner.seal
        return Finds(
            [seal(match) for match in self._found.values()],
            list(self._veiled()) if self._practices else [],
            list(self._waivers),
            [*self._skipped, *self._budget.notes],
        )

    def _veiled(self) -> Iterator[Practice]:
        """Mask in the lines of practices what was found here, and all that looks like a value."""
        veil = Veil(match.value.reveal() for match in self._found.values())
        for practice in self._practices:
            text = veil.text(practice.text)
            yield replace(practice, text=text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")


class _Text:
    """One text of a blob."""

    def __init__(self, examiner: Examiner, blob: Blob, view: decode.View, behind: int) -> None:
        self._examiner, self._view, self._behind = examiner, view, behind
        inner = view.path[len(blob.path) + len(INSIDE) :]
        self._blob = replace(blob, path=view.path, inner=inner) if inner else blob
        self._read_as = replace(self._blob, path=view.reads_as) if view.notation else self._blob
        self._is_plain = not (any(view.number) or inner or view.via or view.back)
        self.passed = False
        self.spoken = view.around
        self._reading: Reading | None = None  # its time begins with the first stretch that is worth it
        self._left: list[tuple[int, int]] = []  # first and last lines of what was given up
        self._is_full = False
        self.end = behind
        self.found: dict[tuple[object, ...], Match] = {}
        self.practices: dict[tuple[str, int], Practice] = {}
        self.waivers: dict[Waiver, None] = {}

    def read(self, stretch: Stretch) -> None:
        """Look at the next stretch of the text."""
        self.end = self._behind + stretch.offset + len(stretch.data)
        opening = self._opening(stretch)
        if opening.unseen and (seen := stretch.seen_through(spelled=opening.unseen > 1)) is not stretch:
            stretch, opening = seen, self._opening(seen)
        self.passed = self.passed or opening.passed
        self.spoken |= opening.spoken
        if opening.waived:
            for waiver in find_waivers(stretch.data, self._read_as.path):
                line = self._line_of(waiver.line + stretch.lines, stretch)
                self.waivers[replace(waiver, path=self._blob.path, line=line, blob=self._blob)] = None
        if opening.worth:
            self._match(stretch, opening.spoken)
        if opening.practised:
            self._practise(stretch, opening.practised)

    def _opening(self, stretch: Stretch) -> Opening:
        """Ask the gates; what the history holds can be revoked, and not be changed any more: it has no practices."""
        of_today, around = not self._blob.is_past, self._view.around
        return self._examiner.gates.look(stretch.data, self._read_as.path, around, of_today=of_today)

    def _place(self, stretch: Stretch) -> Place:
        return Place(stretch.lines, stretch.columns, self._behind + stretch.offset)

    def _line_of(self, line: int, stretch: Stretch) -> int:
        region = stretch.true(Region(line, 1, line, 1))
        return self._view.back(region)[0].line if self._view.back else region.line

    def _match(self, stretch: Stretch, spoken: frozenset[str]) -> None:
        place = self._place(stretch)
        for match in self._read_closely().matches(stretch.data, place, spoken):
            if len(self.found) >= MOST:
                self._is_full = True
                break
            plain = self._is_plain and stretch.plain is None
            placed = match if plain else self._placed(match, stretch)
            self.found.setdefault((match.rule, placed.region if self._is_plain else match.region), placed)
        self._left += (self._lines(stretch, window) for window in self._read_closely().given_up)

    def _read_closely(self) -> Reading:
        self._reading = self._reading or self._examiner.reading(self._read_as, self._view.around)
        return self._reading

    def _practise(self, stretch: Stretch, rules: frozenset[str]) -> None:
        """Keep the practices of a stretch, one of a rule a line; most stretches need no more than a word for that."""
        hits = partial(self._examiner.gates.practices, stretch.data, rules)
        search = self._examiner.practices.worth(decode.text(stretch.data), self._read_as, rules, hits)
        if search is None:
            return
        for one in self._read_closely().practices(search, self._place(stretch)):
            true = stretch.true(one.region)
            region, said = self._view.back(true) if self._view.back else (true, ())
            found = replace(one, blob=self._blob, region=region, via=(*self._view.via, *said))
            self.practices.setdefault((found.rule, region.line), found)
        self._left += (self._lines(stretch, window) for window in self._read_closely().given_up)

    def _lines(self, stretch: Stretch, window: Window) -> tuple[int, int]:
        first = stretch.lines + stretch.data.count(b"\n", 0, window.start) + 1
        last = first + stretch.data.count(b"\n", window.start, window.end - 1)
        return self._line_of(first, stretch), self._line_of(last, stretch)

    @property
    def skipped(self) -> list[Skipped]:
        """What neither the time nor the memory sufficed for."""
        reasons = [f"it holds more than the {MOST:,} values that are kept of a file"] if self._is_full else []
        if self._left:
            limit = f"matching took longer than {self._examiner.time_limit:g} s (--time-limit)"
            reasons.append(f"{limit}: {_in_words(self._left)} were not read closely")
        return [Skipped(self._blob.path, reason) for reason in reasons]

    def _placed(self, match: Match, stretch: Stretch) -> Match:
        """Return a match of a text that is not the blob itself, at the place that a person opens."""
        true = stretch.true(match.region)
        region, said = self._view.back(true) if self._view.back else (true, ())
        via = (*self._view.via, *said, *match.via)
        return replace(match, blob=self._blob, region=region, via=via, view=(self._view.number, match.region))


def _in_words(spans: Iterable[tuple[int, int]]) -> str:
    """Return spans of lines in words, the first few by their numbers: 'lines 3-90, 200-300 and 7 more stretches'."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    shown = ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in joined[:_SHOWN])
    more = len(joined) - _SHOWN
    return f"lines {shown}" + (f" and {more} more stretches" if more > 0 else "")
