"""Where the rules match: which literals of a text are parts of a credential, and how sure that is.

A value is a part for what it looks like (a shape), for what it is called (its name, the mapping, section or call
around it), and for what the text speaks of (the provider's words near it, in its path, or anywhere). Each is
weak alone: `evidence` gathers them, and the table in `weigh` decides.
"""

from __future__ import annotations

import posixpath
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import regex

from keyguard.detect.candidates import Found, PackMatcher
from keyguard.detect.evidence import Standing
from keyguard.detect.names import Lexicon
from keyguard.detect.owners import Said
from keyguard.detect.surroundings import Context
from keyguard.expressions import regex_expression
from keyguard.model import Blob, Confidence, Match, Rule, Secret
from keyguard.text import outline
from keyguard.text.lines import Lines, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from keyguard.detect.surroundings import Reading
    from keyguard.packs import RuleSet
    from keyguard.text.outline import Notation, Outline

__all__ = ["Context", "Found", "Matcher", "Place", "Standing", "TimeLimit"]


class TimeLimit(Exception):  # noqa: N818 - not an error: the blob is reported as skipped
    """Matching took longer than the limit for one blob."""


class Matcher:
    """Finds the matches of a rule set in texts; one for a run, used by one thread at a time."""

    def __init__(self, rules: RuleSet, time_limit: float = 10.0) -> None:
        self.lexicon = Lexicon(rules.packs, rules.vocabulary, rules.rivals)
        self.packs = [PackMatcher(self.lexicon, pack.id) for pack in rules.packs if pack.parts]
        self.patterns = [
            (rule, regex_expression(rule.pattern, regex.MULTILINE)) for rule in rules.rules.values() if rule.pattern
        ]
        self.time_limit = time_limit
        self._last: tuple[str, Notation, Outline] | None = None

    def deadline(self) -> float:
        """Return until when a blob that is begun now may take, by the processor time of this process.

        Not by the clock on the wall: beside other work on the machine the same text would be given up.
        """
        return time.process_time() + self.time_limit

    def is_table(self, text: str, path: str) -> bool:
        """Say whether a text is a table of credentials, which has to be matched as a whole."""
        return any(pack.is_table(text, path) for pack in self.packs)

    def standing(
        self, path: str, spoken: frozenset[str] = frozenset(), around: frozenset[str] = frozenset()
    ) -> Standing:
        """Return what the answer for a text depends on beside the text: what its path says, and what is around it.

        `spoken` are the packs whose provider the rest of the file mentions, `around` of them those that the text speaks
        of in which this one was encoded.
        """
        notation = outline.notation_of(path)
        if not self._is_name(notation.label):
            notation = replace(notation, label="")
        in_path = frozenset(pack.pack.id for pack in self.packs if pack.names.provider.search(path))
        rival = (pack for pack in self.packs if pack.pack.id not in in_path and pack.names.rival.search(path))
        labelled = (pack for pack in self.packs if pack.pack.id in in_path and pack.is_label(path))
        in_name = (pack for pack in self.packs if pack.names.provider.search(posixpath.basename(path)))
        return Standing(
            notation,
            in_path,
            frozenset(pack.pack.id for pack in rival),
            frozenset(pack.pack.id for pack in labelled),
            spoken,
            frozenset(pack.pack.id for pack in in_name),
            around=around,
        )

    def said(self, passages: Mapping[str, str], deadline: float) -> frozenset[tuple[str, Said]]:
        """Return by pack what the passages of a file that mention its provider say of names in all of it."""
        try:
            packs = [pack for pack in self.packs if passages.get(pack.pack.id)]
            said = [(pack.pack.id, pack.said(passages[pack.pack.id], deadline)) for pack in packs]
        except TimeoutError:
            raise TimeLimit from None
        return frozenset((pack, of_names) for pack, of_names in said if of_names != Said())

    def judge(self, text: str, standing: Standing, deadline: float | None = None) -> list[Found]:
        """Return what a text holds, by its place in the text; raises `TimeLimit`.

        It depends on nothing but the text and its standing (see `evidence`), and can be remembered by them. What the
        whole file adds is for `settled`.
        """
        deadline = self.deadline() if deadline is None else deadline
        found: list[Found] = []
        try:
            for rule, pattern in self.patterns:
                hits = pattern.finditer(text, timeout=max(0.01, deadline - time.process_time()))
                found += (_whole_match(rule, hit) for hit in hits)
            for pack, read, view in self.read(text, standing, deadline):
                found += pack.find(read, view)
        except TimeoutError:
            raise TimeLimit from None
        return sorted(found, key=lambda one: (one.start, one.rule))

    def settled(self, found: Sequence[Found], texts: Sequence[str], notation: Notation) -> list[Found]:
        """Return what was found in a whole file, whose texts these are, with what all of it says of the accounts."""
        if not found:
            return []
        by_pack = {pack: [one for one in found if one.part and one.provider == pack.pack.id] for pack in self.packs}
        accounts = {pack.pack.id: pack.accounts(ones, texts, notation.syntax) for pack, ones in by_pack.items() if ones}
        return [accounts[one.provider].settled(one) if one.part else one for one in found]

    def find(
        self,
        text: str,
        blob: Blob,
        place: Place | None = None,
        *,
        spoken: frozenset[str] = frozenset(),
        around: frozenset[str] = frozenset(),
        deadline: float | None = None,
        via: tuple[str, ...] = (),
    ) -> list[Match]:
        """Return the matches in a text, in their order; raises `TimeLimit`.

        `place` says where in the blob this text begins, and `spoken` which providers the rest of the blob speaks of,
        and until when, as `deadline` says, for large blobs that are read in parts.
        """
        lines = Lines(text, place or Place())
        standing = self.standing(blob.path, spoken | around, around=around)
        found = self.settled(self.judge(text, standing, deadline), [text], standing.notation)
        return [one.at(blob, lines, via) for one in found]

    def read(self, text: str, standing: Standing, deadline: float) -> Iterator[tuple[PackMatcher, Outline, Reading]]:
        """Read a text once, for all packs that may find something."""
        views = [(pack, view) for pack in self.packs if (view := pack.view(text, standing, deadline)) is not None]
        if not views:
            return
        read = self.outline(text, standing.notation, deadline)
        for pack, view in views:
            yield pack, read, view

    def outline(self, text: str, notation: Notation, deadline: float) -> Outline:
        """Return what a text holds; the last one is remembered, for whoever looks for something else in it."""
        if self._last is None or self._last[:2] != (text, notation):
            self._last = text, notation, outline.read(text, notation, self._is_worth_nesting, deadline)
        return self._last[2]

    def known_outline(self, text: str, notation: Notation) -> Outline | None:
        """Return what a text holds, if it is the last that was read."""
        return self._last[2] if self._last is not None and self._last[:2] == (text, notation) else None

    def plain_outline(self, text: str, notation: Notation, deadline: float) -> Outline:
        """Return what a text holds, of which strings need not be read as texts in their turn."""
        return outline.read(text, notation, lambda _: False, deadline)

    def _is_name(self, label: str) -> bool:
        """Say whether a file's name can name the value that it holds."""
        return any(meaning.part or meaning.provider for meaning in self.lexicon.meanings(label).values())

    def _is_worth_nesting(self, text: str) -> bool:
        return any(pack.is_worth_nesting(text) for pack in self.packs)


def _whole_match(rule: Rule, hit: regex.Match[str]) -> Found:
    """Make a match of a rule with a pattern: its group `value`, or all of it."""
    start, end = hit.span("value" if "value" in hit.re.groupindex else 0)
    value = Secret(hit.string[start:end].encode("utf-8", "surrogateescape"))
    return Found(rule.id, rule.provider, None, start, end, value, Confidence.HIGH)
