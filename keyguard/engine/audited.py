"""What a whole scan shows of practices, beside what single texts do: after judging, joining and checking."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from keyguard.detect.practice.verdict import judged, rank

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from keyguard.model import Finding, Outcome, Practice
    from keyguard.packs import RuleSet
    from keyguard.settings import Settings


def of_findings(findings: Sequence[Finding], rules: RuleSet, settings: Settings, today: date) -> list[Practice]:
    """Return the practices that the findings of one scan show."""
    if not findings or not rules.practices:
        return []
    from keyguard.detect.practice import audits

    scan = audits.Scan(rules, findings, today, settings.practices.max_age)
    return list(audits.found(scan, audits.Level.OUTCOME))


def together(outcome: Outcome, rules: RuleSet, folders: Collection[str], settings: Settings, today: date) -> Outcome:
    """Add what the repositories of one run show together; `folders` are theirs, with '/' at the end of each."""
    from keyguard.detect.practice import audits

    scan = audits.Scan(rules, outcome.findings, today, settings.practices.max_age, folders=tuple(folders))
    return _with(outcome, list(audits.found(scan, audits.Level.TOGETHER)), settings)


def checked(outcome: Outcome, rules: RuleSet, settings: Settings, today: date) -> Outcome:
    """Add what the provider's answers show."""
    from keyguard.detect.practice import audits

    scan = audits.Scan(rules, outcome.findings, today, settings.practices.max_age, root=outcome.root)
    return _with(outcome, list(audits.found(scan, audits.Level.CHECKED)), settings)


def _with(outcome: Outcome, practices: Sequence[Practice], settings: Settings) -> Outcome:
    judged_ones, below = judged(practices, lambda *_: None, settings.min_confidence)
    known = {(one.rule, one.blob.path) for one in outcome.practices}
    new = [one for one in judged_ones if (one.rule, one.blob.path) not in known]
    return replace(outcome, practices=tuple(sorted((*outcome.practices, *new), key=rank)), below=outcome.below + below)
