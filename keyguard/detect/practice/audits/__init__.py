"""Practices that no single text shows: each audit looks at what a whole scan found, and is one file.

What a literal, a call or a line shows is said by clauses, as data; what `leak` says in one is looked for here too. An
audit is named by its rule (`audit: reuse`). It reads no value: findings have masks, and
names by which equal values are known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.detect.practice.audits.place import in_places
from keyguard.detect.practice.audits.protocol import Audit, Level, Scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.model import Practice
    from keyguard.packs import RuleSet

__all__ = ["Audit", "Level", "Scan", "found", "of_levels"]


def found(scan: Scan, level: Level) -> Iterator[Practice]:
    """Yield the practices that the audits of a level see in a scan."""
    audits = _by_name()
    for rule in scan.rules.practices:
        if rule.audit and level in audits[rule.audit].levels:
            yield from audits[rule.audit].look(rule, scan)
        if level is Level.OUTCOME:
            yield from in_places(rule, scan)


def of_levels(rules: RuleSet, *levels: Level) -> frozenset[str]:
    """Return the rules whose audit looks at these levels, and at no other."""
    audits = _by_name()
    return frozenset(rule.id for rule in rules.practices if rule.audit and audits[rule.audit].levels == {*levels})


def _by_name() -> dict[str, Audit]:
    from keyguard.detect.practice.audits import image, passphrase, power, retired, reuse, stale, switched

    return {audit.name: audit for audit in (image, passphrase, power, retired, reuse, stale, switched)}
