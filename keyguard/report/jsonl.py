"""The JSON lines report: a header, one finding a line, a summary; documented in docs/report-json.md."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO

from keyguard.display import in_json
from keyguard.report import ReportOptions, presentable
from keyguard.report.practices import record as practice_record
from keyguard.report.record import Record, finding_record, header, summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keyguard.model import Outcome, Rule


def write(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions, stream: BinaryIO) -> None:
    """Write the outcome as JSON lines, in ASCII; a report without its summary line was cut off."""
    records = _records(presentable(outcome, options), rules, options)
    stream.writelines(in_json(json.dumps(record)).encode("ascii") + b"\n" for record in records)


def _records(outcome: Outcome, rules: Mapping[str, Rule], options: ReportOptions) -> Iterator[Record]:
    yield {"type": "header", **header()}
    for finding in outcome.findings:
        yield {"type": "finding", **finding_record(finding, rules[finding.rule], options)}
    for practice in outcome.practices:
        yield {"type": "practice", **practice_record(practice, rules[practice.rule])}
    counts = {"findings": len(outcome.findings), "practices": len(outcome.practices)}
    yield {"type": "summary", **summary(outcome), **counts}
