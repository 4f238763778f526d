"""What a whole scan shows of practices, beside what single texts do: after judging, joining and checking."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from keyguard.detect.practice.verdict import judged, rank

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from keyguard.detect.practice.verdict import Waive
    from keyguard.model import Finding, Outcome, Practice
    from keyguard.packs import RuleSet
    from keyguard.settings import Settings


def of_texts(practices: Sequence[Practice], rules: RuleSet, settings: Settings, today: date) -> list[Practice]:
    """Return the practices that texts show, without those that the code as a whole speaks against."""
    asked = {rule.id for rule in rules.practices if rule.audit and rule.practice}
    if all(one.rule not in asked for one in practices):
        return list(practices)
    from keyguard.detect.practice import audits

    root = str(settings.root)
    scan = audits.Scan(rules, (), today, settings.practices.max_age, root=root, practices=practices)
    return [*(one for one in practices if one.rule not in asked), *audits.found(scan, audits.Level.TEXTS)]


def of_findings(findings: Sequence[Finding], rules: RuleSet, settings: Settings, today: date) -> list[Practice]:
    """Return the practices that the findings of one scan show."""
    if not findings or not rules.practices:
        return []
    from keyguard.detect.practice import audits

    scan = audits.Scan(rules, findings, today, settings.practices.max_age)
    return list(audits.found(scan, audits.Level.OUTCOME))


def asked_later(rules: RuleSet) -> frozenset[str]:
    """Return the rules that are asked when the provider was: an ignore of theirs has nothing to do before."""
    if not rules.practices:
        return frozenset()
    from keyguard.detect.practice import audits

    return audits.of_levels(rules, audits.Level.CHECKED)


def together(outcome: Outcome, rules: RuleSet, folders: Collection[str], settings: Settings, today: date) -> Outcome:
    """Add what the repositories of one run show together; `folders` are theirs, with '/' at the end of each."""
    from keyguard.detect.practice import audits

    scan = audits.Scan(rules, outcome.findings, today, settings.practices.max_age, folders=tuple(folders))
    return _with(outcome, list(audits.found(scan, audits.Level.TOGETHER)), settings)


def checked(outcome: Outcome, rules: RuleSet, settings: Settings, today: date) -> Outcome:
    """Add what the provider's answers show; what a scan alone shows too is told again, with what they add to it."""
    from keyguard.detect.ignores import Ignores
    from keyguard.detect.practice import audits

    scan = audits.Scan(rules, outcome.findings, today, settings.practices.max_age, root=outcome.root)
    found = list(audits.found(scan, audits.Level.CHECKED))
    again = audits.of_levels(rules, audits.Level.OUTCOME, audits.Level.CHECKED)
    said = {(one.rule, one.blob.path): one for one in found if one.rule in again}
    kept = [
        replace(one, text=new.text, names=new.names) if new else one
        for one in outcome.practices
        if (new := said.get((one.rule, one.blob.path))) or one.rule not in again
    ]
    ignores = Ignores(settings, (), today=today, rules=rules.rules, whole=False)
    others = [one for one in found if one.rule not in again]
    return _with(replace(outcome, practices=tuple(kept)), others, settings, ignores.suppression)


def _with(
    outcome: Outcome, practices: Sequence[Practice], settings: Settings, waive: Waive = lambda *_: None
) -> Outcome:
    judged_ones, below = judged(practices, waive, settings.min_confidence)
    known = {(one.rule, one.blob.path) for one in outcome.practices}
    new = [one for one in judged_ones if (one.rule, one.blob.path) not in known]
    return replace(outcome, practices=tuple(sorted((*outcome.practices, *new), key=rank)), below=outcome.below + below)
