"""Practices in every format: beside the leaks, with their own words, and without a value."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest

from keyguard.model import (
    Blob,
    Clause,
    Confidence,
    Outcome,
    Practice,
    Region,
    Rule,
    Run,
    Scanned,
    Severity,
    Suppression,
)
from keyguard.report import FORMATS, ReportOptions, writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyguard.model import Finding

_DOCS = Path(__file__).parents[2] / "docs"
_SCHEMAS = Path(__file__).parent / "schemas"
_RULE = Rule(
    id="okx-tls-off",
    pack="okx-practices.yml",
    provider="okx",
    title="TLS is off",
    severity=Severity.HIGH,
    why="Anyone on the way reads it.",
    fix="Take the switch out.",
    references=("https://example.com/tls",),
    tags=("external/cwe/cwe-295",),
    gate="verify",
    practice=(Clause(argument="verify"),),
)
_PRACTICE = Practice(
    rule="okx-tls-off",
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    provider="okx",
    blob=Blob("bot/client.py", "/root/bot/client.py"),
    region=Region(41, 12, 41, 17),
    text="get(url, verify=False) | <b> ::x",
    fingerprint="ab" * 20,
)
_WAIVED = replace(
    _PRACTICE, fingerprint="cd" * 20, suppressed=Suppression("inline", "bot/old.py:3", "a test server of ours")
)


@pytest.fixture
def outcome() -> Outcome:
    return Outcome(practices=(_PRACTICE, _WAIVED), scanned=Scanned(files=3, bytes=99))


def _written(form: str, outcome: Outcome, rules: dict[str, Rule] | None = None, **look: Any) -> str:
    stream = io.BytesIO()
    writer(form).write(outcome, {_RULE.id: _RULE, **(rules or {})}, ReportOptions(**look), stream)
    return stream.getvalue().decode()


@pytest.mark.parametrize("form", FORMATS)
def test_it_stands_with_its_place_and_its_line_in_each_format(form: str, outcome: Outcome) -> None:
    written = _written(form, outcome)
    assert "TLS is off" in written
    assert "bot/client.py" in written
    assert "41" in written
    assert "verify=False" in written


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"json", "jsonl", "csv", "junit"}))
def test_a_suppressed_one_is_not_open(form: str, outcome: Outcome) -> None:
    assert "a test server" not in _written(form, outcome)


@pytest.mark.parametrize("form", FORMATS)
def test_nobody_is_told_to_revoke_it(form: str, outcome: Outcome) -> None:
    written = _written(form, outcome)
    assert "evoke" not in written
    assert ("Take the switch out" in written) is (form != "csv")


@pytest.mark.parametrize("form", FORMATS)
def test_a_value_in_its_line_is_masked(form: str, make_finding: Callable[..., Finding], rules: dict[str, Rule]) -> None:
    finding = make_finding()
    value = finding.matches[0].value.reveal().decode()
    practice = replace(_PRACTICE, text=f"print({value})", blob=Blob(f"bot/{value}.py", "x"))
    outcome = Outcome((finding,), practices=(practice,), scanned=Scanned(files=1))
    written = _written(form, outcome, rules)
    assert value not in written
    assert "print(" in written


def test_the_text_report_counts_both_kinds(
    outcome: Outcome, make_finding: Callable[..., Finding], rules: dict[str, Rule]
) -> None:
    assert "No leaks and 1 practice (1 high) in 3 files" in _written("text", outcome)
    both = replace(outcome, findings=(make_finding(),))
    written = _written("text", both, rules)
    assert "1 finding (1 critical) and 1 practice (1 high) in 3 files" in written
    assert written.index("okx-credential") < written.index("okx-tls-off")
    assert "What to change about okx-tls-off" in written
    assert "  TLS is off (medium confidence)\n  get(url, verify=False)" in written


def test_the_json_reports_keep_to_their_schema(outcome: Outcome) -> None:
    schema = json.loads((_DOCS / "report-json.schema.json").read_text())
    record = json.loads(_written("json", outcome))
    jsonschema_rs.validate(schema, record)
    assert [one["suppressed"] and one["suppressed"]["by"] for one in record["practices"]] == [None, "inline"]
    assert record["findings"] == []
    header, *practices, summary = map(json.loads, _written("jsonl", outcome).splitlines())
    for line in (header, *practices, summary):
        jsonschema_rs.validate({**schema["$defs"]["line"], "$defs": schema["$defs"]}, line)
    assert [{**one, "type": "practice"} for one in record["practices"]] == practices
    assert (summary["findings"], summary["practices"]) == (0, 2)


def test_sarif_tells_it_by_a_tag_a_level_and_a_kind(outcome: Outcome) -> None:
    log = json.loads(_written("sarif", outcome))
    jsonschema_rs.validate(json.loads((_SCHEMAS / "sarif-2.1.0.schema.json").read_text()), log)
    (run,) = log["runs"]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"], result["properties"]["kind"]) == ("okx-tls-off", "error", "practice")
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 41
    assert result["partialFingerprints"]["keyguard/v1"] == _PRACTICE.fingerprint
    assert "practice" in run["tool"]["driver"]["rules"][result["ruleIndex"]]["properties"]["tags"]
    suppressed = json.loads(_written("sarif", outcome, sarif_suppressed=True))["runs"][0]["results"]
    assert [len(one.get("suppressions", ())) for one in suppressed] == [0, 1]


def test_gitlab_takes_it_for_a_vulnerability(outcome: Outcome) -> None:
    report = json.loads(_written("gitlab", outcome))
    jsonschema_rs.validate(json.loads((_SCHEMAS / "gitlab-secret-detection-15.2.1.schema.json").read_text()), report)
    (found,) = report["vulnerabilities"]
    assert (found["severity"], found["location"]["start_line"], found["solution"]) == (
        "High",
        41,
        "Take the switch out.",
    )


@pytest.mark.parametrize(("least", "failures"), [(Severity.HIGH, 1), (Severity.CRITICAL, 0)])
def test_junit_fails_it_from_its_own_severity_on(outcome: Outcome, least: Severity, failures: int) -> None:
    outcome = replace(outcome, run=Run("", "", practices_fail_on=least))
    suite = ET.fromstring(_written("junit", outcome)).find("testsuite")  # noqa: S314 - our own
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("2", str(failures), "1")


def test_csv_has_a_row_for_it(outcome: Outcome) -> None:
    first, second = csv.DictReader(io.StringIO(_written("csv", outcome)))
    assert (first["part"], first["line"], first["suppressed_by"]) == ("practice", "41", "")
    assert (second["fingerprint"], second["suppressed_reason"]) == ("cd" * 20, "a test server of ours")
