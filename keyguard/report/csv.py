"""A table for spreadsheets and scripts, as RFC 4180 says: one row for each place of each finding.

A cell that a spreadsheet would take for a formula gets an apostrophe in front; a line end within a cell is written out.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, BinaryIO

from keyguard.report import ReportOptions, phrases, presentable, value_of
from keyguard.report.loss import lost
from keyguard.report.phrases import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keyguard.model import Finding, Match, Outcome, Rule

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
    stream.write(sheet.getvalue().encode())
    if outcome.skipped or not outcome.complete:
        options.remark(f"the CSV report cannot tell that {_untold(outcome)}")


def _untold(outcome: Outcome) -> str:
    """Say what a table of findings has no row for."""
    number = len(outcome.skipped)
    skipped = f"{phrases.count(number, 'input')} {'was' if number == 1 else 'were'} not scanned" if number else ""
    return " and ".join(filter(None, (skipped, "" if outcome.complete else "the run was interrupted")))


_COLUMNS = (
    "fingerprint severity confidence rule title provider realm part value path line column tracking via missing "
    "verdict introduced_commit introduced_date introduced_author removed_commit removed_date in_head "
    "suppressed_by suppressed_where suppressed_reason permissions ip_bound score can_be_lost"
).split()


def _row(finding: Finding, match: Match, rule: Rule, options: ReportOptions) -> list[object]:
    waived, history = finding.suppressed, finding.history
    introduced, removed = history and history.introduced, history and history.removed
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
        finding.verdict.status,
        introduced and introduced.commit,
        introduced and introduced.date,
        introduced and introduced.author,
        removed and removed.commit,
        removed and removed.date,
        history and ("yes" if history.in_head else "no"),
        waived and waived.by,
        waived and waived.where,
        waived and waived.reason,
        " ".join(finding.verdict.permissions),
        {True: "yes", False: "no", None: None}[finding.verdict.ip_bound],
        finding.score,
        lost(finding.verdict, finding.realm),
    ]


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = visible(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
