"""What the formats say of practices, which are changed where leaks are revoked: in words, and as records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keyguard.display import visible
from keyguard.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from keyguard.model import Outcome, Practice, Rule

TITLE = "Practices to change"


def shown(outcome: Outcome) -> list[Practice]:
    """Return the open practices, the worst first."""
    return [practice for practice in outcome.practices if not practice.suppressed]


def place(practice: Practice) -> str:
    """Return where a practice stands, as editors and terminals open it."""
    return visible(f"{practice.blob.path}:{practice.region.line}:{practice.region.column}")


def remark(practice: Practice) -> str:
    """Return what is out of the ordinary of it: that it is less sure, or stands in something that was decoded."""
    unsure = f"{practice.confidence.word} confidence" if practice.confidence < Confidence.HIGH else ""
    return ", ".join(filter(None, (unsure, f"in {', '.join(practice.via)}" if practice.via else "")))


def fix(rule: Rule) -> str:
    """Return what to change, in one line."""
    return " ".join(rule.fix.split())


def fixes(practices: Iterable[Practice], rules: Mapping[str, Rule]) -> dict[str, str]:
    """Return what to change, once for each rule."""
    return {practice.rule: fix(rules[practice.rule]) for practice in practices}


def record(practice: Practice, rule: Rule) -> dict[str, Any]:
    """Return a practice as the JSON reports have it."""
    region, waived = practice.region, practice.suppressed
    return {
        "rule": practice.rule,
        "severity": practice.severity.word,
        "confidence": practice.confidence.word,
        "provider": practice.provider,
        "fingerprint": practice.fingerprint,
        "title": rule.title,
        "path": practice.blob.path,
        "inner": practice.blob.inner,
        "line": region.line,
        "column": region.column,
        "end_line": region.end_line,
        "end_column": region.end_column,
        "text": practice.text,
        "via": list(practice.via),
        "tracking": practice.blob.tracking.value,
        "suppressed": waived and {"by": waived.by, "where": waived.where, "reason": waived.reason},
        "help": {"why": rule.why, "fix": rule.fix, "references": list(rule.references)},
    }
