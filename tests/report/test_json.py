from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard import __version__
from keyguard.model import Outcome, Skipped
from keyguard.report import ReportOptions, escaped, unescaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keyguard.model import Finding, Match

_DOCS = Path(__file__).parents[2] / "docs"
_SCHEMA: dict[str, Any] = json.loads((_DOCS / "report-json.schema.json").read_text())


def _fields(schema: Any) -> Iterator[str]:
    """Return every field's name that the schema knows."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
    for child in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _fields(child)


def _keys(record: Any) -> Iterator[str]:
    """Return every field's name in a report, but for the kinds that were left out, which are free."""
    if isinstance(record, dict):
        yield from record
        for key, child in record.items():
            yield from () if key == "left_out" else _keys(child)
    elif isinstance(record, list):
        for child in record:
            yield from _keys(child)


@pytest.mark.parametrize("show_secrets", [False, True])
def test_a_report_keeps_to_its_schema(outcome: Outcome, report: Callable[..., bytes], *, show_secrets: bool) -> None:
    record = json.loads(report("json", outcome, ReportOptions(show_secrets=show_secrets)))
    jsonschema_rs.validate(_SCHEMA, record)


def test_an_empty_outcome_keeps_to_the_schema_too(report: Callable[..., bytes]) -> None:
    record = json.loads(report("json", Outcome()))
    jsonschema_rs.validate(_SCHEMA, record)
    assert record["findings"] == []


def test_every_field_is_in_the_schema_and_in_the_documentation(outcome: Outcome, report: Callable[..., bytes]) -> None:
    keys = set(_keys(json.loads(report("json", outcome, ReportOptions(show_secrets=True)))))
    documented = set(re.findall(r"`(\w+)`", (_DOCS / "report-json.md").read_text()))
    assert keys <= set(_fields(_SCHEMA))
    assert set(_fields(_SCHEMA)) <= documented


def test_the_schema_notices_a_field_that_is_gone(outcome: Outcome, report: Callable[..., bytes]) -> None:
    record = json.loads(report("json", outcome))
    del record["findings"][0]["parts"][0]["mask"]
    assert not jsonschema_rs.is_valid(_SCHEMA, record)


def test_a_finding_shows_everything_but_the_value(outcome: Outcome, report: Callable[..., bytes]) -> None:
    record = json.loads(report("json", outcome))
    assert record["schema"] == "keyguard-report/1"
    assert record["tool"] == {"name": "keyguard", "version": __version__}
    first, _, waived = record["findings"]
    assert first == {
        "rule": "okx-credential",
        "severity": "critical",
        "confidence": "high",
        "provider": "okx",
        "fingerprint": "f1" * 16,
        "title": "OKX API credential",
        "parts": first["parts"],
        "missing": ["passphrase"],
        "realm": "live",
        "origins": [
            {"path": "config/live.py", "tracking": "tracked", "commit": None, "author": None, "date": None},
            {
                "path": "config/live.py",
                "tracking": "tracked",
                "commit": "c0" * 20,
                "author": "Ann",
                "date": "2024-05-06T07:08:09Z",
            },
        ],
        "history": None,
        "verdict": first["verdict"],
        "score": None,
        "suppressed": None,
        "help": {
            "why": "Whoever holds it\ntrades in your name.",
            "fix": "Delete the key on the exchange,\nthen make a new one.",
            "references": ["https://www.okx.com/account/my-api"],
        },
    }
    assert first["verdict"]["status"] == "not-checked"
    key = outcome.findings[0].matches[0].value
    assert first["parts"][0] == {
        "part": "api_key",
        "path": "config/live.py",
        "line": 3,
        "column": 11,
        "end_line": 3,
        "end_column": 47,
        "mask": key.reveal()[:4].decode() + "********",
        "via": [],
        "tracking": "tracked",
        "copy_of": None,
    }
    assert [part["copy_of"] for part in first["parts"]] == [None, None, 0]
    assert waived["suppressed"] == {"by": "inline", "where": "tests/sample.py:2", "reason": "made up"}


def test_the_scan_as_a_whole_is_told_after_the_findings(outcome: Outcome, report: Callable[..., bytes]) -> None:
    record = json.loads(report("json", outcome))
    assert list(record)[3:] == [
        "practices", "skipped", "scanned", "unused_ignores", "notices", "below_confidence", "complete", "failed",
        "repository", "repositories", "run",
    ]  # fmt: skip
    assert record["skipped"] == [{"what": "var/big.log", "reason": "larger than 64 MB"}]
    assert record["scanned"] == {
        "files": 120,
        "bytes": 4_200_000,
        "commits": 0,
        "blobs": 0,
        "known": 0,
        "seconds": 0.812,
        "started_at": "2024-06-01T12:00:00Z",
        "left_out": {"binary files": 3},
    }
    assert record["unused_ignores"] == [{"where": ".keyguardignore:4", "what": "vendor/"}]
    assert record["notices"] == ["The allow entry 'old' has expired."]
    assert record["below_confidence"] == 2
    assert record["complete"] is True
    assert record["repository"] == {
        "remote": "https://git.example/team/bot.git",
        "revision": "d4" * 20,
        "branch": "main",
    }


def test_values_are_shown_only_when_asked_for(outcome: Outcome, report: Callable[..., bytes]) -> None:
    hidden = json.loads(report("json", outcome))
    shown = json.loads(report("json", outcome, ReportOptions(show_secrets=True)))
    assert "value" not in hidden["findings"][0]["parts"][0]
    assert shown["findings"][0]["parts"][0]["value"] == outcome.findings[0].matches[0].value.reveal().decode()


def test_an_interrupted_scan_says_so(outcome: Outcome, report: Callable[..., bytes]) -> None:
    assert json.loads(report("json", replace(outcome, complete=False)))["complete"] is False


def test_names_that_are_not_utf_8_are_written_reversibly(
    report: Callable[..., bytes], make_match: Callable[..., Match], make_finding: Callable[..., Finding]
) -> None:
    raw = b"caf\xe9/\\x41/na\xc3\xafve.py"
    path = os.fsdecode(raw)
    written = report("json", Outcome((make_finding(make_match(path=path)),), skipped=(Skipped(path, "a FIFO"),)))
    record = json.loads(written.decode("ascii"))
    assert record["findings"][0]["parts"][0]["path"] == "caf\\xe9/\\x5cx41/naïve.py"
    assert unescaped(record["skipped"][0]["what"]) == raw


def test_names_with_lone_surrogates_of_windows_are_written_too(report: Callable[..., bytes]) -> None:
    written = report("json", Outcome(skipped=(Skipped("odd\ud800name", "not a file"),)))
    assert json.loads(written)["skipped"][0]["what"] == "odd\\xed\\xa0\\x80name"


@given(st.binary() | st.text("\\x5c41a").map(str.encode))
def test_escaping_loses_nothing(raw: bytes) -> None:
    text = escaped(raw)
    text.encode()
    assert unescaped(text) == raw


def test_a_value_in_a_path_is_masked_in_every_text_from_outside(
    outcome: Outcome, report: Callable[..., bytes], make_match: Callable[..., Match]
) -> None:
    match = outcome.findings[0].matches[0]
    value = match.value.reveal().decode()
    finding = replace(outcome.findings[0], matches=(make_match("api_key", f"keys/{value}.pem", 1, value.encode()),))
    record = json.loads(
        report("json", replace(outcome, findings=(finding,), skipped=(Skipped(f"a {value} b", f"no {value}"),)))
    )
    assert record["findings"][0]["parts"][0]["path"] == "keys/********.pem"
    assert record["skipped"] == [{"what": "a ******** b", "reason": "no ********"}]


def test_overlapping_values_leave_no_rest_behind(
    report: Callable[..., bytes], make_match: Callable[..., Match], make_finding: Callable[..., Finding]
) -> None:
    long = make_match("secret_key").value.reveal()
    path = f"x{long.decode()}y"
    matches = (make_match(value=long[:10], path=path), make_match(value=long[4:]), make_match(value=long[2:30]))
    record = json.loads(report("json", Outcome((make_finding(*matches),))))
    assert record["findings"][0]["parts"][0]["path"] == "x********y"


def test_a_short_value_does_not_blot_out_ordinary_words(
    report: Callable[..., bytes], make_match: Callable[..., Match], make_finding: Callable[..., Finding]
) -> None:
    match = make_match("passphrase", "src/main.py", value=b"main")
    record = json.loads(report("json", Outcome((make_finding(match),))))
    assert record["findings"][0]["parts"][0]["path"] == "src/main.py"
