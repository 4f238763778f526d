"""Where the rules match: which literals of a text are parts of a credential, and how sure that is.

A value is a part for what it looks like (a shape), for what it is called (its name, the mapping, section or call
around it), and for what the text speaks of (the provider's words near it, in its path, or anywhere). Each is
weak alone: `evidence` gathers them, and the table in `weigh` decides.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import regex

from keyguard.detect.candidates import Lines, PackMatcher, Place
from keyguard.detect.names import Lexicon
from keyguard.detect.surroundings import Context
from keyguard.model import Blob, Confidence, Match, Rule, Secret
from keyguard.text import outline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.detect.surroundings import Reading
    from keyguard.packs import RuleSet
    from keyguard.text.outline import Literal

__all__ = ["Context", "Matcher", "Place", "TimeLimit"]


class TimeLimit(Exception):  # noqa: N818 - not an error: the blob is reported as skipped
    """Matching took longer than the limit for one blob."""


class Matcher:
    """Finds the matches of a rule set in texts; one for a run, used by one thread at a time."""

    def __init__(self, rules: RuleSet, time_limit: float = 10.0) -> None:
        lexicon = Lexicon(rules.packs, rules.vocabulary)
        self.packs = [PackMatcher(lexicon, pack.id) for pack in rules.packs if pack.parts]
        self.patterns = [
            (rule, regex.compile(rule.pattern, regex.MULTILINE)) for rule in rules.rules.values() if rule.pattern
        ]
        self.time_limit = time_limit

    def deadline(self) -> float:
        """Return until when a blob that is begun now may take, on the monotonic clock."""
        return time.monotonic() + self.time_limit

    def is_table(self, text: str, path: str) -> bool:
        """Say whether a text is a table of credentials, which has to be matched as a whole."""
        return any(pack.is_table(text, path) for pack in self.packs)

    def find(
        self,
        text: str,
        blob: Blob,
        place: Place | None = None,
        *,
        spoken: frozenset[str] = frozenset(),
        deadline: float | None = None,
        via: tuple[str, ...] = (),
    ) -> list[Match]:
        """Return the matches in a text, in their order; raises `TimeLimit`.

        `place` says where in the blob this text begins, and `spoken` which providers the rest of the blob speaks of,
        and until when on the monotonic clock, for large blobs that are read in parts.
        """
        deadline = self.deadline() if deadline is None else deadline
        lines = Lines(text, place or Place())
        found: list[Match] = []
        try:
            for rule, pattern in self.patterns:
                hits = pattern.finditer(text, timeout=max(0.01, deadline - time.monotonic()))
                found += (_whole_match(rule, hit, blob, lines, via) for hit in hits)
            for pack, literals, view in self._read(text, blob.path, spoken, deadline):
                found += pack.find(literals, view, blob, lines, via)
        except TimeoutError:
            raise TimeLimit from None
        return sorted(found, key=lambda match: (match.start, match.rule))

    def _read(
        self, text: str, path: str, spoken: frozenset[str], deadline: float
    ) -> Iterator[tuple[PackMatcher, list[Literal], Reading]]:
        """Read a text once, for all packs that may find something."""
        views = [
            (pack, view)
            for pack in self.packs
            if (view := pack.view(text, path, deadline, spoken=pack.pack.id in spoken)) is not None
        ]
        literals = outline.read(text, path, self._is_worth_nesting, deadline) if views else []
        for pack, view in views:
            yield pack, literals, view

    def _is_worth_nesting(self, text: str) -> bool:
        return any(pack.is_worth_nesting(text) for pack in self.packs)


def _whole_match(rule: Rule, hit: regex.Match[str], blob: Blob, lines: Lines, via: tuple[str, ...]) -> Match:
    """Make a match of a rule with a pattern: its group `value`, or all of it."""
    start, end = hit.span("value" if "value" in hit.re.groupindex else 0)
    return Match(
        rule=rule.id,
        provider=rule.provider,
        part=None,
        blob=blob,
        start=lines.place.offset + start,
        region=lines.region(start, end),
        value=Secret(hit.string[start:end].encode("utf-8", "surrogateescape")),
        confidence=Confidence.HIGH,
        via=via,
    )
