"""What an audit is, what it is given, and how it tells of a place."""

from __future__ import annotations

import os
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from keyguard.frozen import dataclass
from keyguard.model import Confidence, Practice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from keyguard.model import Finding, Match, Rule
    from keyguard.packs import RuleSet


class Level(Enum):
    """When an audit has what it looks at."""

    TEXTS = "texts"  # when all texts are read: what they show is looked at once more
    OUTCOME = "outcome"  # when one scan is judged
    TOGETHER = "together"  # when all repositories of a run are
    CHECKED = "checked"  # when the provider was asked


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found, as far as audits look at it."""

    rules: RuleSet
    findings: Sequence[Finding]
    today: date
    max_age: int  # days
    folders: tuple[str, ...] = ()  # of the repositories below the root, each with '/' at its end
    root: str = "."
    practices: Sequence[Practice] = ()  # that texts show

    def repository(self, match: Match) -> str:
        """Return the folder of the repository that a place is in; '' for the root's."""
        return max((one for one in self.folders if match.blob.path.startswith(one)), key=len, default="")

    def open(self, rule: Rule) -> Iterator[Finding]:
        """Yield the findings of the rule's provider that nobody waived."""
        yield from (one for one in self.findings if one.provider == rule.provider and not one.suppressed)


class Audit(Protocol):
    """A module of this package."""

    name: str
    levels: frozenset[Level]

    def look(self, rule: Rule, scan: Scan) -> Iterator[Practice]:
        """Yield the practices that the scan shows."""
        ...


def present(finding: Finding) -> list[Match]:
    """Return the places of a finding that are there today."""
    return [match for match in finding.matches if not match.blob.is_past]


def file_of(match: Match) -> str | None:
    """Return the file on the disk that holds a match; None for what was read from git or from a stream."""
    blob = match.blob
    return blob.id if blob.object_id is None and os.path.isabs(blob.id) and not blob.is_message else None  # noqa: PTH117 - any text


def told(
    rule: Rule, match: Match, text: str, names: Iterable[str] = (), confidence: Confidence = Confidence.HIGH
) -> Practice:
    """Return a practice at the place of a match, in words: its line is not at hand, and holds a value.

    `names` are the paths in that text: a report may tell places from another folder.
    """
    return Practice(
        rule=rule.id,
        severity=rule.severity,
        confidence=confidence,
        provider=rule.provider,
        blob=match.blob,
        region=match.region,
        text=text,
        via=match.via,
        names=tuple(names),
    )
