"""Why a place is a practice, or is not: the rules of which something fits there, and what else they want."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import regex

from keyguard.detect.practice.finder import Practices, Search, _Way
from keyguard.detect.practice.hosts import kind
from keyguard.detect.practice.languages import language_of
from keyguard.detect.practice.page import Page, Sketch
from keyguard.frozen import dataclass
from keyguard.model import Clause
from keyguard.text.lines import Lines, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from keyguard.detect.practice.finder import Hits, Whose
    from keyguard.model import Blob, Practice, Region, Rule
    from keyguard.packs import RuleSet
    from keyguard.text.outline import Literal, Outline

_Asked = tuple[tuple[str, str], ...]  # conditions, each with what it asks for
_Look = tuple[tuple[int, int], _Asked, _Asked]  # a span, what fits there, what does not
_Lacking = tuple[tuple[int, int], list[str]]  # a span, and the conditions that fail there
_TELLING = ("argument", "value", "call", "host")  # that speak for a practice; the others only speak against one
_AROUND = ("near", "unless")
_BESIDE = ("line", *_TELLING, "not_call", "lacks", *_AROUND)
_WHOLE = ("page", "lacking", "path", "tracking")  # of the text or the file


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a rule made of a place."""

    rule: str
    path: str
    region: Region
    fits: _Asked  # conditions of its nearest clause that hold
    wanted: _Asked  # those that fail; empty: it is one


class Told(Practices):
    """Practices that keep what was made of one line; nothing else of the scan is different."""

    def __init__(self, rules: RuleSet, line: int) -> None:
        super().__init__(rules)
        self._rules, self.line = rules, line
        self.weighed: list[Weighed] = []
        self.unused = False  # whether a text passed a gate, and does not use the provider

    def worth(self, text: str, blob: Blob, rules: Collection[str], hits: Callable[[], Hits]) -> Search | None:  # noqa: ARG002
        """Begin with any text that a rule is about: what is asked here is why something is no practice."""
        sketch = Sketch(text, language_of(blob.path))
        wanted = [(one, habits) for one in self._seekers if (habits := one.about(sketch, blob, rules))]
        return _Witnessed(Search(text, sketch.language, wanted, ()), self) if wanted else None

    def tell(self, page: Page, lines: Lines, blob: Blob, reported: Collection[str]) -> None:
        """Keep what the rules make of the line; `reported` are those that found something there."""
        for rule in self._rules.practices:
            if not self._is_used(rule, page):
                self.unused = True
                continue
            found = [one for one in self._of(rule, page, blob) if lines.region(*one[0]).line == self.line]
            if found:
                span, fits, wanted = min(found, key=lambda one: (len(one[2]), one[0]))
                wanted = wanted if wanted or rule.id in reported else (("text", ""),)
                self.weighed.append(Weighed(rule.id, blob.path, lines.region(*span), fits, wanted))

    def _is_used(self, rule: Rule, page: Page) -> bool:
        uses = self._rules.usages[rule.pack].uses
        return page.language == "prose" or regex.search(uses, page.code, regex.MULTILINE) is not None

    def _of(self, rule: Rule, page: Page, blob: Blob) -> Iterator[_Look]:
        whose = partial(kind, usage=self._rules.usages[rule.pack])
        for clause in rule.practice:
            if not clause.leak and _Way(clause, whose).speaks(page.language):
                whole = [name for name in _WHOLE if not _fits_whole(clause, name, page, blob)]
                found = _lines(clause, whose, page) if clause.line else _literals(clause, whose, page)
                for span, lacking in found:
                    fits = (name for name in (*_BESIDE, *_WHOLE) if name not in {*lacking, *whole})
                    yield span, _asked(clause, fits), _asked(clause, (*lacking, *whole))


def _asked(clause: Clause, names: Iterable[str]) -> _Asked:
    return tuple((name, _words(clause, name)) for name in names if getattr(clause, name))


def _lines(clause: Clause, whose: Whose, page: Page) -> Iterator[_Lacking]:
    for found in regex.finditer(clause.line or "", page.code, regex.MULTILINE):
        if clause.quoted or not page.is_in_string(*found.span()):
            yield found.span(), _lacking(clause, whose, page, None, found.start())


def _literals(clause: Clause, whose: Whose, page: Page) -> Iterator[_Lacking]:
    for literal in page.literals:
        lacking = _lacking(clause, whose, page, literal, literal.start)
        if any(getattr(clause, name) and name not in lacking for name in _TELLING):
            yield (literal.start, literal.end), lacking


def _lacking(clause: Clause, whose: Whose, page: Page, literal: Literal | None, at: int) -> list[str]:
    """Return the conditions of a clause that fail, each asked by itself."""
    return [
        name
        for name in (*_TELLING, "not_call", "lacks", *_AROUND)
        if getattr(clause, name) and not _fits(_alone(clause, name), whose, page, literal, at)
    ]


def _alone(clause: Clause, name: str) -> Clause:
    alone = replace(Clause(), **{name: getattr(clause, name)})
    return replace(alone, scheme=clause.scheme) if name == "host" else alone


def _fits(clause: Clause, whose: Whose, page: Page, literal: Literal | None, at: int) -> bool:
    way = _Way(clause, whose)
    if clause.near or clause.unless:
        return way._fits_around(page, at)  # noqa: SLF001
    return literal is not None and way._fits(literal, page)  # noqa: SLF001


def _fits_whole(clause: Clause, name: str, page: Page, blob: Blob) -> bool:
    alone = _Way(_alone(clause, name), lambda _: "")
    return alone._is_on(page.code) and alone.is_about(blob)  # noqa: SLF001


def _words(clause: Clause, name: str) -> str:
    asked = getattr(clause, name)
    said = asked if isinstance(asked, str) else " or ".join(sorted(asked) if isinstance(asked, frozenset) else asked)
    return f"{said}, over {clause.scheme}" if name == "host" and clause.scheme else said


class _Witnessed(Search):
    def __init__(self, search: Search, told: Told) -> None:
        self.__dict__.update(search.__dict__)
        self._told = told

    def find(self, read: Outline | None, blob: Blob, place: Place | None = None) -> list[Practice]:
        """Return the practices as ever, and tell of the line."""
        found = super().find(read, blob, place)
        page, lines = Page(self.text, read, self._language), Lines(self.text, place or Place())
        self._told.tell(page, lines, blob, {one.rule for one in found if one.region.line == self._told.line})
        return found
