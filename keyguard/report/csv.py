"""A table for spreadsheets and scripts, as RFC 4180 says: one row for each place of each finding.

A cell that a spreadsheet would take for a formula gets an apostrophe in front; a line end within a cell is written out.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, BinaryIO

from keyguard.display import visible
from keyguard.model import Origin
from keyguard.report import ReportOptions, phrases, presentable, value_of
from keyguard.report.loss import lost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keyguard.model import Finding, History, Match, Outcome, Practice, Rule

_NOWHERE = Origin("")
_YES_OR_NO = {True: "yes", False: "no", None: None}
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # and their full-width forms


def write(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions, stream: BinaryIO) -> None:
    """Write the outcome's findings, the suppressed ones too, with a first row of names."""
    outcome = presentable(outcome, options)
    sheet = io.StringIO()
    table = csv.DictWriter(sheet, _COLUMNS)
    table.writeheader()
    for finding in outcome.findings:
        for match in finding.matches:
            row = _row(finding, match, rules[finding.rule], options)
            table.writerow(dict(zip(_COLUMNS, map(_cell, row), strict=True)))
    for practice in outcome.practices:
        cells = _practice(practice, rules[practice.rule])
        table.writerow({name: _cell(cells.get(name)) for name in _COLUMNS})
    stream.write(sheet.getvalue().encode())
    if untold := _untold(outcome):
        options.remark(f"the CSV report cannot tell: {untold}")


def _untold(outcome: Outcome) -> str:
    """Say what a table of findings has no row for."""
    number = len(outcome.skipped)
    skipped = f"{phrases.count(number, 'input')} not scanned" if number else ""
    passed = phrases.ending(outcome.run).replace("Exit", "exit", 1) if outcome.run and phrases.is_odd(outcome) else ""
    return "; ".join(filter(None, (skipped, "" if outcome.complete else "interrupted", passed)))


_COLUMNS = (
    "fingerprint severity confidence rule title provider realm part value path line column tracking via missing "
    "verdict introduced_commit introduced_date introduced_author removed_commit removed_date in_head "
    "suppressed_by suppressed_where suppressed_reason permissions ip_bound score can_be_lost"
).split()


def _row(finding: Finding, match: Match, rule: Rule, options: ReportOptions) -> list[object]:
    waived, verdict = finding.suppressed, finding.verdict
    return [
        finding.fingerprint,
        finding.severity.word,
        finding.confidence.word,
        finding.rule,
        rule.title,
        finding.provider,
        finding.realm,
        match.part,
        value_of(match, options),
        match.blob.path,
        match.region.line,
        match.region.column,
        match.blob.tracking.value,
        " ".join(match.via),
        " ".join(finding.missing),
        verdict.status,
        *_past(finding.history),
        *((waived.by, waived.where, waived.reason) if waived else (None,) * 3),
        " ".join(verdict.permissions),
        _YES_OR_NO[verdict.ip_bound],
        finding.score,
        lost(verdict, finding.realm),
    ]


def _practice(practice: Practice, rule: Rule) -> dict[str, object]:
    """Return the cells of a practice; its part is 'practice', and its value the line."""
    waived = practice.suppressed
    return {
        "fingerprint": practice.fingerprint,
        "severity": practice.severity.word,
        "confidence": practice.confidence.word,
        "rule": practice.rule,
        "title": rule.title,
        "provider": practice.provider,
        "part": "practice",
        "value": practice.text,
        "path": practice.blob.path,
        "line": practice.region.line,
        "column": practice.region.column,
        "tracking": practice.blob.tracking.value,
        "via": " ".join(practice.via),
        "suppressed_by": waived and waived.by,
        "suppressed_where": waived and waived.where,
        "suppressed_reason": waived and waived.reason,
    }


def _past(history: History | None) -> tuple[object, ...]:
    """Return the cells of the commits that brought and removed it, and of HEAD."""
    if history is None:
        return (None,) * 6
    introduced, removed = history.introduced or _NOWHERE, history.removed or _NOWHERE
    brought = (introduced.commit, introduced.date, introduced.author)
    return (*brought, removed.commit, removed.date, _YES_OR_NO[history.in_head])


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = visible(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
