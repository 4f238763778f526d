"""How bad it is that others have a credential, by what its provider said that it may do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from keyguard.detect.judge import rank
from keyguard.model import Finding, Severity, Verdict
from keyguard.providers import READ, TRADE, UNNAMED, WITHDRAW

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Who may withdraw takes everything at once; who may trade takes it by trading against himself. A bound key is of use
# from the owner's addresses alone.
_POWERS: Mapping[tuple[str, bool], tuple[Severity, float]] = {
    (WITHDRAW, False): (Severity.CRITICAL, 10.0),
    (WITHDRAW, True): (Severity.CRITICAL, 9.6),
    (TRADE, False): (Severity.CRITICAL, 9.2),
    (TRADE, True): (Severity.HIGH, 8.0),
    (UNNAMED, False): (Severity.HIGH, 7.8),  # a permission that is new to us, or none that we were told of
    (UNNAMED, True): (Severity.HIGH, 7.2),
    (READ, False): (Severity.MEDIUM, 5.5),
    (READ, True): (Severity.MEDIUM, 4.5),
}
_STATES: Mapping[str, tuple[Severity, float]] = {
    "ip-bound": (Severity.HIGH, 8.5),  # it may be allowed anything, from other addresses
    "wrong-parts": (Severity.HIGH, 7.5),
    "blocked": (Severity.MEDIUM, 5.0),
    "not-known": (Severity.LOW, 2.0),
}
_DEMO = 0.45  # of the score of a live account's key: no funds are behind it
_HIGHEST: Mapping[Severity, float] = {Severity.HIGH: 8.9, Severity.MEDIUM: 6.9, Severity.LOW: 3.9}  # score of each


def heed(findings: Iterable[Finding]) -> list[Finding]:
    """Let the severity of each finding follow its verdict, and return them worst first.

    An undecided check changes nothing, and neither does any for a copy that git does not carry.
    """
    return sorted(map(_heeding, findings), key=rank)


def _heeding(finding: Finding) -> Finding:
    weight = weigh(finding.verdict)
    if weight is None or finding.severity is Severity.NOTE:
        return finding
    severity, score = weight
    if finding.verdict.untried and severity < finding.severity:
        return finding  # the parts that fit may be among those found
    if finding.verdict.realm == "demo":
        severity = Severity.MEDIUM if severity is Severity.CRITICAL else Severity.LOW
        score = round(score * _DEMO, 1)
    elif finding.realm == "demo" and finding.verdict.realm is None and severity > finding.severity:
        severity = finding.severity  # the text's word keeps it from rising, as before the check, and lowers nothing
        score = min(score, _HIGHEST.get(severity, score))
    return replace(finding, severity=severity, score=score)


def weigh(verdict: Verdict) -> tuple[Severity, float] | None:
    """Return how bad it is that others have a credential of which this was said, or None where it says too little."""
    if verdict.status == "not-known" and verdict.left:
        return None  # it may be alive at a host that did not say that it does not know it
    if verdict.status == "wrong-parts" and not verdict.wrong:
        return None  # the key exists, and all of its parts may fit
    if verdict.status != "live":
        return _STATES.get(verdict.status)
    known = [word for word in (WITHDRAW, TRADE) if word in verdict.permissions]
    power = known[0] if known else READ if verdict.permissions == (READ,) else UNNAMED
    return _POWERS[power, bool(verdict.ip_bound)]
