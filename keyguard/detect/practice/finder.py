"""Finds practices: habits that lose keys, in files that use a provider.

    outline --Page--> literals, lines --clauses--> places --> Practice

They are looked for in what is there today: what the history holds can be revoked, and not be changed any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Union

from keyguard.detect.practice.hosts import address, kind
from keyguard.detect.practice.languages import language_of
from keyguard.detect.practice.page import AROUND, Page, Sketch, address_text, arguments, call, near, stretches
from keyguard.expressions import expression, regex_expression
from keyguard.model import Practice
from keyguard.text.lines import Lines, Place

if TYPE_CHECKING:
    import re
    from collections.abc import Collection, Iterable, Iterator, Sequence

    import regex

    from keyguard.detect.practice.hosts import Address
    from keyguard.model import Blob, Clause, Rule
    from keyguard.packs import RuleSet
    from keyguard.packs.practices import Usage
    from keyguard.text.outline import Literal, Outline

_Span = tuple[int, int]
_Place = tuple[_Span, "Sequence[_Span]"]  # where a practice stands, and the values in it that are not to be shown
Pattern = Union["re.Pattern[str]", "regex.Pattern[str]"]
Hits = Mapping[str, "Sequence[int]"]  # by rule: the lines, from 0, in which a text passes the gate
Whose = Callable[["Address"], str]  # of an address: see `keyguard.detect.practice.hosts.kind`
_Named = tuple[int, str, "Address"]  # an address and its line
_Seen = tuple["Rule", "Clause", _Span]
_MASK = "********"
_IGNORECASE, _MULTILINE = 0x2, 0x8  # of `regex`, which is not loaded for that
_ESCAPES = expression(r"\\[/ux0-7]|&#|%[0-9A-Fa-f]{2}")
_BEGINS = expression(r"^((?:\(\?[a-z]+\))?)(?:\.|\\[wS]|\[[^\]\[]*\])\*[?+]?")
_FLAGS = expression(r"\(\?[a-z]+\)")
_BEGIN = expression(r"(?m)^")
_CALLED = r"(?=\s*(?:<[^()\n]*>\s*)?\()"
_CALL = 12  # lines that a call or a mapping takes, so far from the line of a gate a place is looked for
_BLOCK = 200  # lines of a class
_SHORT = 8 * 1024  # characters
_REACH = 240  # characters of a line around a word
_HOSTS = 4096  # of which it is remembered whose they are


class Practices:
    """Finds the practices of a rule set."""

    def __init__(self, rules: RuleSet) -> None:
        self._seekers = [
            _Seeker(usage, [rule for rule in rules.practices if rule.pack == path and rule.is_in_texts])
            for path, usage in rules.usages.items()
        ]

    def worth(self, text: str, blob: Blob, rules: Collection[str], hits: Callable[[], Hits]) -> Search | None:
        """Begin with a text that may hold practices of some rules: to outline one takes much longer than to tell."""
        sketch = Sketch(text, language_of(blob.path))
        about = [(seeker, habits) for seeker in self._seekers if (habits := seeker.about(sketch, blob, rules))]
        known = hits() if about else {}
        wanted = [(seeker, spots) for seeker, habits in about if (spots := seeker.spots(habits, sketch, blob, known))]
        lines = sorted({line for _, spots in wanted for of_habit in spots.values() for line in of_habit})
        return (
            Search(text, sketch.language, [(seeker, list(spots)) for seeker, spots in wanted], lines)
            if wanted
            else None
        )


class Search:
    """Looks for some practices in one text."""

    def __init__(
        self, text: str, language: str, wanted: Sequence[tuple[_Seeker, Sequence[_Habit]]], lines: Sequence[int]
    ) -> None:
        self.text, self._language, self._wanted, self._lines = text, language, wanted, lines

    def text_to_outline(self) -> str:
        """Return the text, of a long one without what is far from the lines where practices may be."""
        return near(self.text, self._lines) if len(self.text) > _SHORT and self._lines else self.text

    @property
    def is_of_lines(self) -> bool:
        """Whether the text is looked through by its lines alone, and needs no outline."""
        return self._language == "prose"

    def find(self, read: Outline | None, blob: Blob, place: Place | None = None) -> list[Practice]:
        """Return the practices in the text, in their order; their lines are shown as they are."""
        page, lines = Page(self.text, read, self._language), Lines(self.text, place or Place())
        habits = [
            habit for seeker, habits in self._wanted if seeker.uses(page.code, self._language) for habit in habits
        ]
        hidden: list[_Span] = []
        found = sorted(
            (one for habit in habits for one in habit.find(page, blob, hidden)), key=lambda one: (one[2], one[0].id)
        )
        return [_practice(page, lines, blob, one, hidden) for one in found]


def _practice(page: Page, lines: Lines, blob: Blob, seen: _Seen, hidden: Sequence[_Span]) -> Practice:
    rule, clause, span = seen
    return Practice(
        rule=rule.id,
        severity=rule.severity,
        confidence=clause.confidence,
        provider=rule.provider,
        blob=blob,
        region=lines.region(*span),
        text=_shown(page, page.line(span[0]), hidden),
    )


def _shown(page: Page, line: _Span, hidden: Sequence[_Span]) -> str:
    """Return a line without the values that clauses saw in it."""
    text, (start, stop) = "", line
    for first, last in sorted(one for one in hidden if one[0] < stop and one[1] > start):
        text, start = text + page.text[start : max(start, first)] + _MASK, max(start, last)
    return (text + page.text[start:stop]).strip()


class _Seeker:
    """Looks for the practices of one provider."""

    def __init__(self, usage: Usage, rules: Iterable[Rule]) -> None:
        self._usage = usage
        whose = lru_cache(maxsize=_HOSTS)(partial(kind, usage=usage))
        self._habits = [_Habit(rule, whose) for rule in rules]
        self._speaking: dict[str, list[_Habit]] = {}  # by language, those that have a clause of it

    @cached_property
    def _uses(self) -> Pattern:
        return _compiled(self._usage.uses)

    @cached_property
    def _mentions(self) -> Pattern:
        return _compiled(self._usage.mentions)

    def uses(self, code: str, language: str) -> bool:
        """Say whether a text uses the provider; one without its comments, which only mention it."""
        return self._is_named(code) and self._uses_it(code, language)

    def _is_named(self, code: str) -> bool:
        names = self._usage.names
        if not names or any(name in code for name in names):  # to lower what is not ASCII takes much longer
            return True
        lower = code.lower()
        return any(name in lower for name in names)

    def _uses_it(self, code: str, language: str) -> bool:
        return self._is_in_lines(self._uses, code) or (language == "prose" and self._is_in_lines(self._mentions, code))

    def _is_in_lines(self, pattern: Pattern, code: str) -> bool:
        """Look beside the names, in their lines: a pattern takes a hundred times as long as a word does."""
        if not self._usage.names:
            return pattern.search(code) is not None
        return any(pattern.search(code, start, end) for start, end in _beside(self._usage.names, code))

    def about(self, sketch: Sketch, blob: Blob, rules: Collection[str]) -> list[_Habit]:
        """Return the practices of some rules that have a clause about a text; none where no name of theirs is in it."""
        language = sketch.language
        if language not in self._speaking:
            self._speaking[language] = [habit for habit in self._habits if habit.speaks(language)]
        habits = [one for one in self._speaking[language] if one.rule.id in rules and one.about(blob, language)]
        return habits if habits and self._is_named(sketch.text) else []

    def spots(self, habits: Sequence[_Habit], sketch: Sketch, blob: Blob, hits: Hits) -> dict[_Habit, list[int]]:
        """Return the practices that a text may hold, and in which lines; what costs most is asked last."""
        at = {habit: habit.spots(sketch, blob, hits.get(habit.rule.id, ())) for habit in habits}
        found = {habit: lines for habit, lines in at.items() if lines}
        return found if found and self._uses_it(sketch.text, sketch.language) else {}


class _Habit:
    """Looks for one practice."""

    def __init__(self, rule: Rule, whose: Whose) -> None:
        self.rule = rule
        self._ways = [_Way(clause, whose) for clause in rule.practice if not clause.leak]

    def speaks(self, language: str) -> bool:
        """Say whether a clause is of a language."""
        return any(way.speaks(language) for way in self._ways)

    def about(self, blob: Blob, language: str) -> list[_Way]:
        """Return the clauses that are about such a file."""
        return [way for way in self._ways if way.speaks(language) and way.is_about(blob)]

    def spots(self, sketch: Sketch, blob: Blob, hits: Sequence[int]) -> list[int]:
        """Return the lines that may hold what a clause is about, near those in which the text passes the gate."""
        ways = self.about(blob, sketch.language)
        named = list(sketch.addresses(hits)) if any(way.is_of_hosts for way in ways) else []
        return [line for way in ways for line in way.spots(sketch, hits, named)]

    def find(self, page: Page, blob: Blob, hidden: list[_Span]) -> Iterator[_Seen]:
        """Yield one place a line, that of the surest clause; `hidden` takes the values that are not to be shown."""
        best: dict[int, tuple[Clause, _Span]] = {}
        for way in self._ways:
            for span, values in way.places(page) if way.speaks(page.language) and way.is_about(blob) else ():
                hidden += values
                line = page.line(span[0])[0]
                if line not in best or best[line][0].confidence < way.clause.confidence:
                    best[line] = way.clause, span
        if self._is_told_once and best:
            best = {0: min(best.values(), key=lambda one: one[1])}
        yield from ((self.rule, clause, span) for clause, span in best.values())

    @property
    def _is_told_once(self) -> bool:
        return any(way.clause.once for way in self._ways)


class _Way:
    """Looks for what one clause describes."""

    def __init__(self, clause: Clause, whose: Whose) -> None:
        self.clause, self._whose = clause, whose
        self._patterns: dict[str, Pattern] = {}

    def speaks(self, language: str) -> bool:
        """Say whether it is of a language."""
        asked = self.clause.language
        return language in asked if asked else language not in {"", "prose", "manifest"}

    def is_about(self, blob: Blob) -> bool:
        """Say whether a file is one of those that the clause is kept to."""
        clause = self.clause
        return (not clause.tracking or blob.tracking.name.lower() in clause.tracking) and (
            not clause.path or self._pattern("path").search(blob.path) is not None
        )

    def spots(self, sketch: Sketch, hits: Sequence[int], named: Sequence[_Named]) -> list[int]:
        """Return the lines that may hold what the clause is about, before they are outlined.

        It is looked for near the lines in which the text passes the gate, and all that is asked for near each other.
        """
        asked = {"near": 2 * AROUND} if self.clause.near else {}  # a literal may begin above what fits in it
        if not self.clause.line:
            asked |= {name: _CALL for name in ("call", "argument") if getattr(self.clause, name)}
        found = [
            line
            for line in (self._of_hosts(named) if self.is_of_hosts else self._begun(sketch, hits))
            if all(self._somewhere(name).search(sketch.lines(line - by, line + by + 1)) for name, by in asked.items())
        ]
        return found if found and self._is_on(sketch.code) else []

    @property
    def is_of_hosts(self) -> bool:
        """Whether each literal that the clause is about is an address."""
        return bool(self.clause.host) and "none" not in self.clause.host

    def _begun(self, sketch: Sketch, hits: Sequence[int]) -> Iterator[int]:
        """Yield the lines near those of the gate in which stands what the clause is about, or a part of it."""
        clause, told = self.clause, -1
        for first, end in stretches(hits, _CALL):
            text = sketch.lines(first, end + (_BLOCK if "(?s:" in (clause.line or "") else 0))
            for at in self._places_in(text):
                line = first + text.count("\n", 0, at)
                if line != told:
                    told = line
                    yield line

    def _of_hosts(self, named: Sequence[_Named]) -> Iterator[int]:
        asks = bool(self.clause.value)
        return (line for line, text, at in named if self._is_host(at) and not (asks and not self._whole("value", text)))

    def _places_in(self, text: str) -> Iterator[int]:
        clause = self.clause
        # A value may be spelled in another way; what it is called by is not.
        is_plain = clause.value and not _ESCAPES.search(text)
        name = "line" if clause.line else "value" if is_plain else "argument" if clause.argument else "call"
        if getattr(clause, name):
            yield from (found.start() for found in self._somewhere(name).finditer(text))
        else:
            yield from (found.start() for found in _BEGIN.finditer(text))

    def places(self, page: Page) -> Iterator[_Place]:
        """Yield where it stands in a text."""
        if not self._is_on(page.code):
            return
        for span, values in self._lines(page) if self.clause.line else self._literals(page):
            if self._fits_around(page, span[0]):
                yield span, values

    def _is_on(self, code: str) -> bool:
        """Say whether a text as a whole is one that the clause is about."""
        clause = self.clause
        return not (
            (clause.page and not self._pattern("page").search(code))
            or (clause.lacking and self._pattern("lacking").search(code))
        )

    def _lines(self, page: Page) -> Iterator[_Place]:
        for found in self._pattern("line").finditer(page.code):
            if self.clause.quoted or not page.is_in_string(*found.span()):
                yield found.span(), _values(found)

    def _literals(self, page: Page) -> Iterator[_Place]:
        return (((one.start, one.end), self._values(one)) for one in page.literals if self._fits(one, page))

    def _values(self, literal: Literal) -> Sequence[_Span]:
        """Return where a value stands in a literal, or all of that where it is written in another way."""
        found = self._pattern("value").fullmatch(literal.value) if self.clause.value else None
        if found is None or "value" not in found.groupdict():
            return ()
        start, end = found.span("value")
        is_plain = literal.end - literal.start == len(literal.value)
        return [(literal.start + start, literal.start + end) if is_plain else (literal.start, literal.end)]

    def _fits(self, literal: Literal, page: Page) -> bool:
        """Ask first what costs least."""
        clause = self.clause
        around = call(literal) if clause.call else None
        return (
            (not clause.value or self._whole("value", literal.value))
            and (not clause.argument or any(self._whole("argument", word) for word in arguments(literal)))
            and (not clause.call or (around is not None and self._whole("call", around.name)))
            and not (clause.not_call and self._is_in_such_a_call(literal, page))
            and self._fits_beside(literal, page)
        )

    def _fits_beside(self, literal: Literal, page: Page) -> bool:
        clause = self.clause
        return (not (clause.host or clause.scheme) or self._fits_host(literal, page)) and (
            not clause.lacks or self._is_lacking(literal, page)
        )

    def _is_in_such_a_call(self, literal: Literal, page: Page) -> bool:
        """Say whether the call around a literal is one that the clause leaves out."""
        around = call(literal)
        if around is None:
            return False
        inside = (one for one in page.literals if any(frame is around for frame in one.frame.chain()))
        words = (word for one in inside for word in arguments(one))
        return self._whole("not_call", f"{around.name}({', '.join(words)})")

    def _is_lacking(self, literal: Literal, page: Page) -> bool:
        """Say whether nothing beside a literal is bound to what the clause wants there."""
        beside = (one for one in page.literals if one.frame is literal.frame)
        return not any(self._whole("lacks", word) for one in beside for word in arguments(one))

    def _fits_host(self, literal: Literal, page: Page) -> bool:
        """Ask about the literal's own address, or else about those in the call around it."""
        found = address(address_text(literal))
        if found is None and "none" in self.clause.host:
            kinds = self._beside(literal, page)
            return not kinds or bool(kinds & set(self.clause.host))
        return found is not None and self._is_host(found)

    def _is_host(self, found: Address) -> bool:
        clause = self.clause
        return (not clause.scheme or self._whole("scheme", found.scheme)) and self._whose(found) in clause.host

    def _beside(self, literal: Literal, page: Page) -> set[str]:
        calls = {id(frame) for frame in literal.frame.chain() if frame.kind == "("}
        texts = (address_text(one) for one in page.literals if any(id(frame) in calls for frame in one.frame.chain()))
        return {self._whose(found) for text in texts if (found := address(text))}

    def _fits_around(self, page: Page, at: int) -> bool:
        near, unless = self.clause.near, self.clause.unless
        around = page.around(at) if near or unless else ""
        return not (
            (near and not self._pattern("near").search(around)) or (unless and self._pattern("unless").search(around))
        )

    def _somewhere(self, name: str) -> Pattern:
        """Return what is in a text of which a part fits as a whole."""
        if name not in {"call", "argument", "value"}:
            return self._pattern(name)
        key = f"{name} somewhere"
        if key not in self._patterns:
            behind = _CALLED if name == "call" else ""
            self._patterns[key] = _compiled(_part(getattr(self.clause, name)) + behind, any_case=name == "argument")
        return self._patterns[key]

    def _whole(self, name: str, text: str) -> bool:
        return self._pattern(name).fullmatch(text) is not None

    def _pattern(self, name: str) -> Pattern:
        if name not in self._patterns:
            any_case = name in {"argument", "lacks", "scheme"}
            self._patterns[name] = _compiled(getattr(self.clause, name), any_case=any_case)
        return self._patterns[name]


def _values(found: re.Match[str] | regex.Match[str]) -> Sequence[_Span]:
    """Return where the value stands that is not to be shown."""
    return [found.span("value")] if found.groupdict().get("value") is not None else ()


def _part(whole: str) -> str:
    """Return what is in a text wherever a part of it fits a pattern as a whole: any beginning says nothing."""
    begun = _BEGINS.sub(r"\1", whole)
    if begun != whole:
        return begun
    flags = _FLAGS.match(whole)
    start = flags.end() if flags else 0
    return rf"{whole[:start]}(?<!\w)(?:{whole[start:]})(?!\.?\w)"


def _beside(words: Sequence[str], text: str) -> Iterator[_Span]:
    """Yield the lines of a text that hold a word, whatever its case; of long ones what is near the word."""
    lower = text.lower()
    if len(lower) != len(text):  # a letter became two
        yield 0, len(text)
        return
    for word in words:
        at = lower.find(word)
        while at >= 0:
            end = text.find("\n", at, at + _REACH)
            end = min(at + _REACH, len(text)) if end < 0 else end
            yield max(text.rfind("\n", 0, at) + 1, at - _REACH), end
            at = lower.find(word, end)


def _compiled(pattern: str, *, any_case: bool = False) -> Pattern:
    """Compile a pattern when the first text needs it; its program is kept between runs."""
    return regex_expression(pattern, _MULTILINE | (_IGNORECASE if any_case else 0))
