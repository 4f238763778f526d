from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from keyguard.model import Outcome
from keyguard.report import ReportOptions

if TYPE_CHECKING:
    from collections.abc import Callable

_SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report-json.schema.json").read_text())
_LINE = {**_SCHEMA["$defs"]["line"], "$defs": _SCHEMA["$defs"]}


def _lines(written: bytes) -> list[dict[str, Any]]:
    assert written.endswith(b"\n")
    return [json.loads(line) for line in written.decode("ascii").splitlines()]


@pytest.mark.parametrize("show_secrets", [False, True])
def test_every_line_keeps_to_the_schema(outcome: Outcome, report: Callable[..., bytes], *, show_secrets: bool) -> None:
    for line in _lines(report("jsonl", outcome, ReportOptions(show_secrets=show_secrets))):
        jsonschema_rs.validate(_LINE, line)


def test_a_header_comes_first_and_a_summary_last(outcome: Outcome, report: Callable[..., bytes]) -> None:
    header, *findings, summary = _lines(report("jsonl", outcome))
    assert list(header) == ["type", "schema", "tool"]
    assert [finding["type"] for finding in findings] == ["finding"] * 3
    assert list(summary) == [
        "type", "skipped", "scanned", "unused_ignores", "notices", "below_confidence", "complete", "failed",
        "repository", "repositories", "run", "findings", "practices",
    ]  # fmt: skip
    assert summary["findings"] == 3


def test_the_lines_hold_what_the_json_report_holds(outcome: Outcome, report: Callable[..., bytes]) -> None:
    whole = json.loads(report("json", outcome))
    header, *findings, summary = _lines(report("jsonl", outcome))
    for line in (header, *findings, summary):
        del line["type"]
    assert whole == {**header, **summary, "findings": findings, "practices": []}


def test_an_empty_outcome_has_a_header_and_a_summary(report: Callable[..., bytes]) -> None:
    assert [line["type"] for line in _lines(report("jsonl", Outcome()))] == ["header", "summary"]
