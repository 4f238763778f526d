"""What the results of a fleet say: of each unit its report, and of each credential what its provider answered last."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from typing import TYPE_CHECKING

from keyguard import api
from keyguard.fleet.store import stamp
from keyguard.report import stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keyguard.fleet.record import Record
    from keyguard.fleet.store import Store
    from keyguard.model import Finding, Outcome, Rule

_VERDICTS = "verdicts"


def folder_of(repository: str) -> str:
    """Return the folder of a repository's results, by its id: a new name keeps it."""
    return f"repositories/{hashlib.sha256(repository.encode('utf-8', 'surrogateescape')).hexdigest()[:24]}"


def report_of(
    store: Store, one: Record | None, rules: Mapping[str, Rule], verdicts: Mapping[str, Finding] | None = None
) -> Outcome | None:
    """Return what a unit found, with the verdicts of live checks; None where it found nothing out."""
    data = store.read(f"{folder_of(one.repository)}/{one.unit}.report.json") if one and one.unit else None
    if data is None:
        return None
    outcome, _ = stored.read(data, rules)
    known = verdicts or {}
    return replace(outcome, findings=tuple(_judged(one, known.get(one.fingerprint)) for one in outcome.findings))


def _judged(finding: Finding, checked: Finding | None) -> Finding:
    if checked is None:
        return finding
    return replace(
        finding,
        verdict=checked.verdict,
        severity=checked.severity,
        score=checked.score,
        suppressed=finding.suppressed or checked.suppressed,
    )


def verdicts(store: Store, rules: Mapping[str, Rule]) -> dict[str, Finding]:
    """Return by their fingerprints the findings that a provider was asked about, each as it was answered last."""
    known: dict[str, Finding] = {}
    for name in store.names(_VERDICTS):
        outcome, _ = stored.read(store.read(name) or b"", rules)
        known.update({one.fingerprint: one for one in outcome.findings if one.verdict.status != "not-checked"})
    return known


def keep_verdicts(store: Store, checked: Outcome) -> None:
    """Keep the outcome of a live check: a report as any other, masked."""
    written = io.BytesIO()
    api.report(checked, "json", written)
    store.write(f"{_VERDICTS}/{stamp()}.report.json", written.getvalue())
