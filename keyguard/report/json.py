"""The JSON report: one object, documented in docs/report-json.md."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO

from keyguard.display import in_json
from keyguard.report import ReportOptions, presentable
from keyguard.report.practices import record as practice_record
from keyguard.report.record import finding_record, header, summary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keyguard.model import Outcome, Rule


def write(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions, stream: BinaryIO) -> None:
    """Write the outcome as one JSON object, in ASCII, so that no name can play tricks on a terminal."""
    outcome = presentable(outcome, options)
    findings = [finding_record(finding, rules[finding.rule], options) for finding in outcome.findings]
    practices = [practice_record(practice, rules[practice.rule]) for practice in outcome.practices]
    report = {**header(), "findings": findings, "practices": practices, **summary(outcome)}
    stream.write(in_json(json.dumps(report, indent=2)).encode("ascii") + b"\n")
