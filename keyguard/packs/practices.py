"""Rules of practices as data: what they look for, and by what a text is known to use a provider.

A practice is a habit that loses keys. Its rule lists clauses; each names what one literal of a text is bound to, what
it is and what is called around it, or what a line says (see `keyguard.model.Clause`).
"""

from __future__ import annotations

import re
from dataclasses import field, fields
from typing import TYPE_CHECKING, Any

from keyguard.frozen import dataclass
from keyguard.model import Clause, Confidence, Tracking
from keyguard.packs.fields import Fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keyguard.model import Rule

LANGUAGES = frozenset("python javascript go java csharp rust php ruby shell docker config manifest prose other".split())
"""What a clause may be kept to; `keyguard.detect.practice.languages` tells them by a file's name."""

KINDS = frozenset("own imitation collector address local other none".split())
"""What an address may be of: `none` is that there is no address in the call around a literal."""

TRACKING = frozenset(one.name.lower() for one in Tracking if one is not Tracking.COMMITTED)
"""What git may do with a file in which practices are looked for."""

EDITS = ("checked", "left_out", "spelled", "tls")
"""What fixes the place of a practice; `keyguard.report.fixes` has a function for each."""

AUDITS = ("image", "passphrase", "power", "retired", "reuse", "stale", "switched")
"""What a whole scan is looked through for; `keyguard.detect.practice.audits` has one file for each."""

_PATTERNS = (
    "argument",
    "call",
    "not_call",
    "value",
    "lacks",
    "scheme",
    "line",
    "near",
    "unless",
    "page",
    "lacking",
    "path",
)
_OF_A_CLAUSE = [one.name for one in fields(Clause)]
_SWITCHES = ("quoted", "once", "leak")


@dataclass(frozen=True, slots=True)
class Usage:
    """By what a text is known to use a provider, and whose hosts are whose."""

    provider: str
    uses: str
    names: tuple[str, ...] = ()  # of which one is in each use, in lower case; none: not known
    mentions: str = "(?!)"  # by what a text for people, which uses nothing, is about it
    own: tuple[str, ...] = ()  # domains
    imitated: tuple[str, ...] = ()  # words that a look-alike's name is made of
    collectors: tuple[str, ...] = ()  # domains that show to somebody else what is sent there
    patterns: Mapping[str, str] = field(default_factory=dict)  # that several clauses have in common


def usage(provider: str, data: Fields) -> Usage:
    """Read what a file of practices says of its provider."""
    hosts = Fields(data.take("hosts", dict, {}), data.pack, "hosts")
    own, imitated, collectors = (hosts.words(name, ()) for name in ("own", "imitated", "collectors"))
    shared = Fields(data.take("patterns", dict, {}), data.pack, "patterns")
    patterns = {name: shared.take(name, str) for name in tuple(shared.data)}
    read = Usage(
        provider,
        "|".join(data.words("uses")),
        data.words("names", ()),
        data.pattern("mentions", "(?!)") or "(?!)",
        own,
        imitated,
        collectors,
        patterns,
    )
    hosts.done(["own", "imitated", "collectors"])
    return read


def with_patterns(entry: Any, patterns: Mapping[str, str]) -> Any:
    """Return a rule as it was read, with the patterns that its clauses name: `<printing>`."""
    if not isinstance(entry, dict) or not isinstance(entry.get("practice"), list):
        return entry
    names = re.compile("|".join(f"<{re.escape(name)}>" for name in patterns) or "(?!)")

    def filled(clause: Any) -> Any:
        if not isinstance(clause, dict):
            return clause
        return {
            key: names.sub(lambda found: patterns[found[0][1:-1]], text) if isinstance(text, str) else text
            for key, text in clause.items()
        }

    return entry | {"practice": [filled(clause) for clause in entry["practice"]]}


def clauses(rule: Fields) -> tuple[Clause, ...]:
    """Read the clauses of a rule; none for a rule of leaks."""
    listed = rule.take("practice", list, [])
    return tuple(_clause(Fields(data, rule.pack, f"practice[{n}]", rule.rule)) for n, data in enumerate(listed))


def audit(rule: Fields) -> str | None:
    """Read which audit sees a practice, if any does."""
    name: str | None = rule.take("audit", str, None)
    if name is not None and name not in AUDITS:
        rule.fail(f"{rule.where}.audit knows no '{name[:40]}'.", f"It is one of {', '.join(AUDITS)}.")
    return name


def edit(rule: Fields) -> str | None:
    """Read which edit fixes a practice, if any does."""
    name: str | None = rule.take("edit", str, None)
    if name is not None and name not in EDITS:
        rule.fail(f"{rule.where}.edit knows no '{name[:40]}'.", f"It is one of {', '.join(EDITS)}.")
    return name


def patterns_of(rule: Rule) -> Iterator[tuple[str, str | None]]:
    """Yield the regular expressions of a rule, each with where it stands."""
    yield from (("pattern", rule.pattern), ("gate", rule.gate))
    for number, clause in enumerate(rule.practice):
        yield from ((f"practice[{number}].{name}", getattr(clause, name)) for name in _PATTERNS)


def _clause(data: Fields) -> Clause:
    patterns: dict[str, Any] = {name: data.pattern(name, None) for name in _PATTERNS}
    switches: dict[str, Any] = {name: data.take(name, bool, default=False) for name in _SWITCHES}
    clause = Clause(
        **patterns,
        **switches,
        tracking=frozenset(data.words("tracking", ())),
        host=data.words("host", ()),
        language=frozenset(data.words("language", ())),
        confidence=_confidence(data),
    )
    data.done(_OF_A_CLAUSE)
    of_literals = any((clause.argument, clause.call, clause.value, clause.host))
    if of_literals + bool(clause.line) + clause.leak != 1:
        data.fail(f"{data.where} needs either 'line' or some of argument, call, value and host, or 'leak'.")
    _check_words(data, clause)
    return clause


def _check_words(data: Fields, clause: Clause) -> None:
    of = (
        ("host", clause.host, KINDS),
        ("language", clause.language, LANGUAGES),
        ("tracking", clause.tracking, TRACKING),
    )
    for name, words, known in of:
        if unknown := sorted(set(words) - known):
            data.fail(f"{data.where}.{name} knows no '{unknown[0][:40]}'.", f"It is of {', '.join(sorted(known))}.")


def _confidence(data: Fields) -> Confidence:
    word = data.take("confidence", str, "high")
    try:
        return Confidence[word.upper()]
    except KeyError:
        return data.fail(f"{data.where}.confidence must be one of high, medium, low.")  # type: ignore[no-any-return]
