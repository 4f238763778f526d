"""From practices as they stand in texts to those that a report tells: under which fingerprint, and whether waived."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from keyguard.fingerprint import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from keyguard.model import Confidence, Practice, Suppression

    Waive = Callable[[str, Sequence[Practice], str], Suppression | None]


def judged(practices: Iterable[Practice], waive: Waive, least: Confidence) -> tuple[list[Practice], int]:
    """Return the practices, the worst first, and how many were below the wanted confidence.

    One is known by its rule, its path and its text, and by its place among its like; so it stays known where its line
    moves. The text is a masked one, so that nothing can be guessed from the fingerprint.
    """
    ordinals: Counter[str] = Counter()
    told: list[Practice] = []
    for practice in sorted(practices, key=lambda one: (one.blob.path, one.region, one.rule)):
        base = f"{practice.rule}:{practice.blob.path}:{' '.join(practice.text.split())}"
        ordinals[base] += 1
        name = digest(f"{base}:{ordinals[base]}")
        told.append(replace(practice, fingerprint=name, suppressed=waive(practice.rule, [practice], name)))
    shown = [practice for practice in told if practice.confidence >= least]
    return sorted(shown, key=rank), len(told) - len(shown)


def rank(practice: Practice) -> tuple[int, int, str, int, str]:
    """Return what practices are sorted by: the worst and surest first, then by place."""
    return (
        -practice.severity,
        -practice.confidence,
        practice.blob.path,
        practice.region.line,
        practice.rule,
    )
