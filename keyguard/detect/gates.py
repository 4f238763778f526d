"""Which bytes are worth reading closely: Hyperscan's calls, before any regular expression of Python's.

Gates are wide on purpose: `matcher` decides. A gate only has to open whenever the matcher would find something.
There are two rows of them: the outer is passed by one blob in fifty, and costs half of what all gates together do.
"""

from __future__ import annotations

import re
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from keyguard.detect import engines
from keyguard.errors import RuleError
from keyguard.expressions import expression
from keyguard.frozen import dataclass
from keyguard.packs import free_names
from keyguard.text import folded, spelled, unseen
from keyguard.text.decode.encoded import LONG, PACKED, WRAPPED, base64_shapes, coded_shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from keyguard.detect.engines import Remember
    from keyguard.packs import Pack, Part, RuleSet

_SIGNS = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")
_COUNTED = expression(r"(?<!\\)\{(\d+),(\d+)\}")
_MANY = 40
_CUTS = (b"\n", b"},", b'",', b"',", b'":', b";", b">", b" ")
HABITUAL = 512 * 1024  # bytes; a longer text is made by a program, and nobody's habit
NEAR = 2 * 1024  # bytes around a hit that may speak for a value
MAX_UNNAMED = 2  # shapes without a name in one text; more of them are data, not credentials
CROWD = 160  # values of a shape without a name in one text; of more, those that stand alone are data
BESIDE = 160  # bytes before a value in which its name stands, and between the parts of one credential in a row
FAR = 16 * 1024  # the same for a rule's own pattern, which may be as long as a private key


class Opening(NamedTuple):
    """What some bytes may hold: something to match, waivers, or encoded documents at the least; and what is unseen."""

    worth: bool
    waived: bool
    passed: bool
    spoken: frozenset[str] = frozenset()  # the packs whose provider is spoken of
    unseen: int = 0  # 1: characters that cannot be seen; 2 and more: values that are written in another way
    practised: frozenset[str] = frozenset()  # the rules of practices that they may hold


class Hit(NamedTuple):
    """Where some bytes open a gate."""

    end: int  # of a value, or of what stands before it
    telling: bool  # it stands behind a name
    reach: int  # bytes around it that may speak for it


class Hits(NamedTuple):
    """Where some bytes open gates, in their order; and of which parts they hold many values without a name."""

    places: list[Hit]
    crowds: frozenset[tuple[str, str]]  # packs and their parts
    words: Mapping[str, list[int]]  # by pack: where its provider is spoken of


class Gates:
    """Tells which rules can match some bytes; one for a process and its single thread (a scratch is not shared)."""

    def __init__(self, rules: RuleSet, waiver: str, remember: Remember | None = None) -> None:
        self._everything = everything = _patterns(rules, waiver)
        self._remember = remember
        self._names = [name for name, _ in everything]
        self._first_rule = 1 + len(_unseen())
        self._first_practice = len(everything) - len(_practices(rules))
        patterns = [pattern for _, pattern in everything]
        outer = _outer(rules, everything)
        self._outer_unseen, self._outer_long = 1 << outer.index(unseen.GATE), 1 << outer.index(LONG)
        self._packs = [_bits(pack, self._names) for pack in rules.packs]
        self._waiver = 1 << self._names.index("waiver")
        self._unseen = 1 << self._names.index("unseen")
        self._spelled = sum(1 << at for at, name in enumerate(self._names) if name.startswith("unseen:"))
        self._rule_bits = sum(1 << n for n, name in enumerate(self._names) if name.startswith("rule:"))
        self._practices = {
            1 << n: name.removeprefix("practice:") for n, name in enumerate(self._names) if name.startswith("practice:")
        }
        self._practice_bits = sum(self._practices)
        self._by_bits: dict[int, frozenset[str]] = {}
        try:
            self._engine = engines.hits_of(patterns, remember)
            self._outer = engines.hits_of(outer, remember)
        except ValueError as error:
            raise _refused(rules, self._names, patterns, str(error)) from None

    def open_for(self, data: bytes, path: str) -> tuple[bool, bool]:
        """Return whether bytes are worth matching, and whether they hold waivers."""
        return self.look(data, path)[:2]

    def look(self, data: bytes, path: str, around: frozenset[str] = frozenset(), *, of_today: bool = True) -> Opening:
        """Return what bytes may hold; `around` are the packs whose provider a text speaks of that they are part of.

        Practices are looked for in what is there today alone, and in no long text: that is made by a program.
        """
        if not around and not self.may_open(data, path):
            return Opening(worth=False, waived=False, passed=False)
        hits = self._engine(data) if of_today and len(data) <= HABITUAL else self._of_past(data)
        spoken = self._spoken(path, hits) | around
        labelled = any(pack.labels(path) for pack in self._packs if pack.name in spoken)
        worth = labelled or self._worth(hits, spoken)
        return Opening(
            worth,
            bool(hits & self._waiver),
            passed=True,
            spoken=spoken,
            unseen=bool(hits & self._unseen) + 2 * bool(hits & self._spelled),
            practised=self._practised(hits & self._practice_bits) if spoken else frozenset(),
        )

    def _practised(self, bits: int) -> frozenset[str]:
        """Return the rules of some gates; most texts of a project pass the same ones."""
        if bits not in self._by_bits:
            self._by_bits[bits] = frozenset(rule for bit, rule in self._practices.items() if bits & bit)
        return self._by_bits[bits]

    def may_open(self, data: bytes, path: str) -> bool:
        """Say whether bytes have to be looked at, as few have: by the outer row and their path alone."""
        return self._opens(data) or self.is_named(path)

    def may_open_binary(self, data: bytes, path: str) -> bool:
        """Say whether a binary has to be looked at: by the outer row, where what a terminal hides is chance."""
        return self._opens(data, apart=self._outer_unseen) or self.is_named(path)

    def _opens(self, data: bytes, apart: int = 0) -> bool:
        """Say whether something of the outer row opens, apart from these."""
        hits = self._outer(data) & ~apart
        return bool(hits & ~self._outer_long) or (hits != 0 and bool(self._wrapped(data)))

    @cached_property
    def _wrapped(self) -> Callable[[bytes], int]:
        """Tell what is in base64 over several lines, of what has a line that is long enough."""
        return engines.hits_of([WRAPPED], self._remember)

    @cached_property
    def _of_past(self) -> Callable[[bytes], int]:
        """The inner row without the gates of practices, in which large texts are scanned thrice as fast."""
        return engines.hits_of([pattern for _, pattern in self._everything[: self._first_practice]], self._remember)

    def is_named(self, path: str) -> bool:
        """Say whether a path speaks of a provider."""
        path = path.lower()
        return any(word in path for word in self._words)

    @cached_property
    def _words(self) -> tuple[str, ...]:
        """The words of all providers."""
        return tuple(dict.fromkeys(word for pack in self._packs for word in pack.words))

    def _spoken(self, path: str, hits: int) -> frozenset[str]:
        """Return the providers that a path or the bytes with these hits speak of."""
        return frozenset(pack.name for pack in self._packs if hits & pack.word or pack.names(path))

    def hits(self, data: bytes, spoken: frozenset[str]) -> Hits:
        """Return where bytes open a gate; `spoken` are the packs whose provider they or their path speak of.

        A word of a provider's is no such place by itself: it has the others count, wherever in the text it stands.
        """
        wanted, telling = self._wanted(spoken)
        found: dict[int, int] = {}
        words: dict[str, list[int]] = {}
        for number, end in self._ends(data):
            number += self._first_rule  # noqa: PLW2901
            if number in self._word_of:
                words.setdefault(self._word_of[number], []).append(end)
            if wanted & 1 << number:
                found[end] = found.get(end, 0) | 1 << number
        places = sorted(found.items())
        crowds = self._crowds([bits for _, bits in places if not bits & telling])
        hits = [
            Hit(end, bool(bits & telling), FAR if bits & self._rule_bits else NEAR)
            for end, bits in self._worth_a_look(data, places, telling)
        ]
        return Hits(hits, crowds, words)

    def practices(self, data: bytes, rules: Collection[str]) -> dict[str, list[int]]:
        """Return by rule the lines, from 0, in which bytes pass the gate of a practice."""
        found: dict[str, dict[int, None]] = {}
        line, at = 0, 0
        for number, end in sorted(self._practice_ends(data), key=itemgetter(1)):
            line, at = line + data.count(b"\n", at, end - 1), end - 1
            if self._of_practices[number] in rules:
                found.setdefault(self._of_practices[number], {})[line] = None
        return {rule: list(lines) for rule, lines in found.items()}

    @cached_property
    def _of_practices(self) -> list[str]:
        return list(self._practices.values())

    @cached_property
    def _practice_ends(self) -> Callable[[bytes], list[tuple[int, int]]]:
        """Tell which gate of a practice matches up to where; made for the first text that passes one."""
        gates = [pattern for name, pattern in self._everything if name.startswith("practice:")]
        return engines.ends_of(gates, self._remember)

    @cached_property
    def _word_of(self) -> Mapping[int, str]:
        """By the number of a pattern of a provider's words: its pack."""
        return {pack.word.bit_length() - 1: pack.name for pack in self._packs if pack.word}

    def _worth_a_look(self, data: bytes, places: list[tuple[int, int]], telling: int) -> Iterator[tuple[int, int]]:
        """Leave out the places of a crowd that are data."""
        is_crowd = sum(not bits & telling for _, bits in places) > CROWD
        for number, place in enumerate(places):
            if not is_crowd or place[1] & telling or self._stands_out(data, places, number):
                yield place

    def _crowds(self, unnamed: list[int]) -> frozenset[tuple[str, str]]:
        of_part = {(pack.name, part): bit for pack in self._packs for part, bit in pack.exact.items()}
        return frozenset(part for part, bit in of_part.items() if sum(bits & bit > 0 for bits in unnamed) > MAX_UNNAMED)

    def _wanted(self, spoken: frozenset[str]) -> tuple[int, int]:
        """Return which patterns' places count, and which of them are behind a name."""
        wanted = telling = self._rule_bits
        for pack in self._packs:
            telling |= pack.named | pack.free
            wanted |= pack.named | (pack.shaped | pack.free if pack.name in spoken else pack.shapes)
        return wanted, telling

    def _stands_out(self, data: bytes, places: list[tuple[int, int]], number: int) -> bool:
        """Say whether one of many values of a shape may be more than data: behind a name, or beside another kind."""
        end, bits = places[number]
        beside = places[max(0, number - 1) : number + 2]
        if any(other != bits and abs(at - end) <= BESIDE for at, other in beside):
            return True
        line = data.rfind(b"\n", max(0, end - BESIDE), end)
        above = data.rfind(b"\n", max(0, end - BESIDE), max(0, line)) if line >= 0 else -1
        return self._name.search(data, above + 1 if above >= 0 else max(0, end - BESIDE), end) is not None

    @cached_property
    def _name(self) -> re.Pattern[bytes]:
        """The names of parts, and the words of providers, wherever they stand in a word."""
        parts = [part for pack in self._packs for part in pack.pack.parts.values()]
        names = {name for part in parts for name in part.short_names if len(name) > 1 or not name.isascii()}
        names |= {word for pack in self._packs for word in pack.words}
        return re.compile(b"(?i)" + b"|".join(re.escape(name.encode()) for name in sorted(names)))

    @cached_property
    def _ends(self) -> Callable[[bytes], list[tuple[int, int]]]:
        """Tell which pattern of rules and packs matches up to where; made when the first large text is worth it."""
        counted = self._everything[self._first_rule : self._first_practice]
        return engines.ends_of([pattern for _, pattern in counted], self._remember)

    def _worth(self, hits: int, spoken: frozenset[str]) -> bool:
        if hits & self._rule_bits:
            return True
        for pack in self._packs:
            if hits & pack.named or (pack.shapes and hits & pack.shapes == pack.shapes):
                return True
            if pack.name in spoken and hits & (pack.shaped | pack.free):
                return True
        return False


def boundary(data: bytes, low: int, high: int) -> int:
    """Return a place between two offsets where a text may be cut: a line's end, else one between two values.

    A cut inside a string would turn all that follows inside out.
    """
    if low <= 0 or low >= len(data):
        return min(max(low, 0), len(data))
    for mark in _CUTS:
        if (found := data.find(mark, low, high)) >= 0:
            return found + len(mark)
    return min(high, len(data))


def last_boundary(data: bytes, low: int) -> int:
    """Return the last place behind an offset to cut a text at; where there is none 0, and of a long one its end."""
    for mark in _CUTS:
        if (found := data.rfind(mark, max(low, 0))) >= 0:
            return found + len(mark)
    return len(data) if low > 0 else 0


@dataclass(frozen=True)
class _PackBits:
    """Which of the engine's answers belong to a pack."""

    pack: Pack
    name: str
    words: tuple[str, ...]
    word: int  # the provider is spoken of
    shapes: int  # a part's exact shape
    shaped: int  # any shape, weak and encoded ones too
    free: int  # a name of free text
    named: int  # a shape behind a part's name
    exact: dict[str, int]  # the exact shape of each part

    def names(self, path: str) -> bool:
        """Say whether a path speaks of the provider; asked for every blob, where one pattern would take 15 us."""
        path = path.lower()
        return any(word in path for word in self.words)

    def labels(self, path: str) -> bool:
        """Say whether a file's name names free text: secrets/okx_passphrase holds nothing but the value."""
        folded = path.casefold()
        signs = "".join(filter(_SIGNS.__contains__, folded))
        named = any((name in signs) if name.isascii() else (name in folded) for name in self._free)
        return named and self._label.search(path) is not None

    @cached_property
    def _free(self) -> list[str]:
        return [name for part in self.pack.parts.values() if part.shape is None for name in part.names]

    @cached_property
    def _label(self) -> re.Pattern[str]:
        """Made when it is needed: it takes 6 ms, and few paths hold such a name."""
        return re.compile(rf"(?i)(?:{'|'.join(free_names(self.pack)) or '(?!)'})[^/]*$")


def _mention(pack: Pack) -> str:
    """Find the provider's words as the matcher does: no letter before them, or a hump as in myOkxKey, not bookJson.

    And within a run of letters and digits that is as long as a name is; base64 holds any three letters by chance.
    """
    words = "|".join(map(re.escape, pack.words))
    humps = "|".join(
        sorted({re.escape(w) for word in pack.words if word.isascii() for w in (word.upper(), word.capitalize())})
    )
    found = f"(?:[0-9A-Za-z]{{0,23}}[0-9])?(?i:{words})[0-9A-Za-z]{{0,24}}"
    if humps:
        found += f"|[0-9A-Za-z]{{0,23}}[0-9a-z](?:{humps})(?:[0-9A-Z][0-9A-Za-z]{{0,23}})?"
    return f"(?:^|[^0-9A-Za-z+])(?:{found})(?:$|[^0-9A-Za-z+])"


def _unseen() -> list[tuple[str, str]]:
    return [
        ("unseen", unseen.GATE),
        *((f"unseen:{number}", gate) for number, gate in enumerate((*spelled.GATES, *folded.GATES))),
    ]


def _of_rules(rules: RuleSet) -> list[tuple[str, str]]:
    return [(f"rule:{rule.id}", rule.pattern) for rule in rules.rules.values() if rule.pattern]


def _practices(rules: RuleSet) -> list[tuple[str, str]]:
    return [(f"practice:{rule.id}", _utf8(_uncounted(rule.gate))) for rule in rules.practices if rule.gate]


def _uncounted(gate: str) -> str:
    """Let a gate repeat without an end what it may repeat 40 times and more: the practice is asked for it as it is.

    For Hyperscan, whose databases are compiled in a quarter of the time then, and scan as fast. `regex` would walk to
    the end of a line from each place.
    """
    if engines.name() != "hyperscan":
        return gate
    return _COUNTED.sub(lambda found: f"{{{found[1]},}}" if int(found[2]) >= _MANY else found[0], gate)


def _patterns(rules: RuleSet, waiver: str) -> list[tuple[str, str]]:
    """Name all patterns: what texts are asked for first, then rules and packs, which have places, practices last."""
    patterns = [("waiver", f"(?i:{waiver})"), *_unseen(), *_of_rules(rules)]
    for pack in rules.packs:
        patterns.append((f"{pack.id}:word", _utf8(_mention(pack))))
        if free := free_names(pack):
            # Text that could stand alone holds a digit, and stands beside its name or on the line below it.
            names = "|".join(free)
            patterns.append((f"{pack.id}:free", _utf8(rf"(?i:{names})[^0-9\n]*(?:\n[^0-9\n]*)?[0-9]")))
        for part in pack.parts.values():
            if part.shape is None:
                continue
            patterns.append((f"{pack.id}:shape:{part.name}", _bounded(part.shape)))
            weak = _bounded(part.weak_shape, "/") if part.weak_shape else _bounded(part.shape)
            patterns.append((f"{pack.id}:weak:{part.name}", weak))
            patterns += [(f"{pack.id}:weak:coded:{part.name}", pattern) for pattern in _coded(part)]
            short = "|".join(sorted(name for name in part.short_names if name.isascii() and len(name) > 1))
            patterns.append((f"{pack.id}:named:{part.name}", rf"(?i:{short})[^\w\n]{{1,12}}(?:{part.shape})"))
    return patterns + _practices(rules)


def _coded(part: Part) -> tuple[str, ...]:
    """Return what a part looks like encoded, if it is looked for so."""
    return (part.base64, *coded_shapes(part.shape or "")) if part.base64 else ()


def _outer(rules: RuleSet, everything: list[tuple[str, str]]) -> list[str]:
    """Return the patterns without which nothing is worth matching, unless its path speaks of a provider.

    Not all shapes of a pack have to be looked for when no provider is spoken of, since they only count together; and
    one alone is looked for much faster without its bounds.
    """
    # Values in pieces are looked through where something else opens: the gates of all ways cost more than all others.
    kept = [pattern for name, pattern in everything if name in {"waiver", "unseen"} or name.startswith("rule:")]
    kept += [LONG, PACKED]
    for pack in rules.packs:
        kept += [pattern for name, pattern in everything if name.startswith((f"{pack.id}:word", f"{pack.id}:named:"))]
        kept += [part.shape for part in pack.parts.values() if part.shape is not None][-1:]
        # One part of a credential is enough to have its document decoded; each shape in base64 costs.
        encoded = (base64_shapes(part.shape) for part in pack.parts.values() if part.shape and part.base64)
        kept += next(filter(None, encoded), ())
    return kept


def _bounded(shape: str, more: str = "") -> str:
    """Keep a shape from matching inside a longer run, such as 32 of a SHA-256's 64 digits, or behind `more`."""
    return f"(?:^|[^0-9A-Za-z{more}])(?:{shape})(?:$|[^0-9A-Za-z])"


def _utf8(pattern: str) -> str:
    """Spell characters beyond ASCII as their UTF-8 bytes."""
    if pattern.isascii():
        return pattern
    return "".join(c if c.isascii() else "".join(f"\\x{byte:02x}" for byte in c.encode()) for c in pattern)


def _bits(pack: Pack, names: list[str]) -> _PackBits:
    def of(*kinds: str) -> int:
        starts = tuple(f"{pack.id}:{kind}" for kind in kinds)
        return sum(1 << n for n, name in enumerate(names) if name.startswith(starts))

    return _PackBits(
        pack=pack,
        name=pack.id,
        words=tuple(word.lower() for word in pack.words),
        word=of("word"),
        shapes=of("shape:"),
        shaped=of("shape:", "weak:"),
        free=of("free"),
        named=of("named:"),
        exact={part: of(f"shape:{part}") for part in pack.parts if f"{pack.id}:shape:{part}" in names},
    )


def _refused(rules: RuleSet, names: list[str], patterns: list[str], reason: str) -> RuleError:
    """Name the rule whose pattern cannot be compiled: the engine's error for a set does not say which it is."""
    for name, pattern in zip(names, patterns, strict=True):
        try:
            engines.hits_of([pattern], None)
        except ValueError as error:  # noqa: PERF203 - it is on its way out
            rule_id = name.removeprefix("rule:").removeprefix("practice:")
            pack = rules.rules[rule_id].pack if rule_id in rules.rules else name
            hint = "Write it without back-references, and so that it cannot match an empty text."
            return RuleError(f"its pattern cannot be used: {error}", hint, pack=pack, rule=rule_id)
    return RuleError(f"the patterns of the packs cannot be used together: {reason}")
