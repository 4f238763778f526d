from __future__ import annotations

import json
import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from keyguard.model import Outcome, Rule, Skipped, Tracking, Verdict
from keyguard.report import ReportOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyguard.model import Finding, Match

_SCHEMA = json.loads((Path(__file__).parent / "schemas" / "gitlab-secret-detection-15.2.1.schema.json").read_text())
_VALIDATOR = jsonschema_rs.validator_for(_SCHEMA, validate_formats=True)


def _read(written: bytes) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(written.decode("ascii"))
    _VALIDATOR.validate(parsed)
    return parsed


@pytest.mark.parametrize("complete", [True, False])
def test_a_report_is_valid(outcome: Outcome, history: Outcome, report: Callable[..., bytes], *, complete: bool) -> None:
    both = replace(outcome, findings=outcome.findings + history.findings, complete=complete)
    scan = _read(report("gitlab", both))["scan"]
    assert scan["status"] == ("success" if complete else "failure")
    assert (scan["start_time"], scan["end_time"]) == ("2024-06-01T12:00:00", "2024-06-01T12:00:00")
    assert scan["messages"][0] == {"level": "warn", "value": "Skipped var/big.log: larger than 64 MB"}


def test_a_run_that_failed_is_no_success(outcome: Outcome, report: Callable[..., bytes]) -> None:
    scan = _read(report("gitlab", replace(outcome, failed=True)))["scan"]
    assert scan["status"] == "failure"
    assert [one["value"] for one in scan["messages"] if one["level"] == "fatal"] == [
        "The run failed: not all that it had to read was read."
    ]


def test_an_empty_outcome_is_valid_too(report: Callable[..., bytes]) -> None:
    assert _read(report("gitlab", Outcome()))["vulnerabilities"] == []


def test_a_finding_of_the_work_tree_names_the_revision_that_was_scanned(
    outcome: Outcome, report: Callable[..., bytes]
) -> None:
    first, second = _read(report("gitlab", outcome))["vulnerabilities"]
    assert first["location"] == {
        "file": "config/live.py", "start_line": 3, "end_line": 3, "commit": {"sha": "d4" * 20},
    }  # fmt: skip
    assert (first["severity"], second["severity"]) == ("Critical", "Medium")
    assert [(item["type"], item["value"]) for item in first["identifiers"]] == [
        ("keyguard_rule_id", "okx-credential"),
        ("cwe", "798"),
    ]
    assert first["details"]["missing"]["value"] == "passphrase"


def test_a_finding_of_the_history_names_the_commit_that_brought_it(
    history: Outcome, report: Callable[..., bytes]
) -> None:
    live, gone, said = (found["location"] for found in _read(report("gitlab", history))["vulnerabilities"])
    assert live["commit"] == {"sha": "d4" * 20}
    assert gone["commit"] == {"sha": "b2" * 20, "author": "Bob", "date": "2023-09-12T08:30:00Z"}
    assert said["file"] == "<commit 1a2b3c4d>"


@pytest.mark.parametrize("tracking", [Tracking.IGNORED, Tracking.UNTRACKED, Tracking.STAGED, Tracking.NONE])
def test_what_no_commit_holds_names_none(
    outcome: Outcome, report: Callable[..., bytes], make_match: Callable[..., Match],
    make_finding: Callable[..., Finding], tracking: Tracking,
) -> None:  # fmt: skip
    local = replace(outcome, findings=(make_finding(make_match(tracking=tracking)),))
    (found,) = _read(report("gitlab", local))["vulnerabilities"]
    assert found["location"]["commit"] == {"sha": "0" * 40}


def test_a_past_finding_of_which_no_commit_is_known_names_none(
    outcome: Outcome, report: Callable[..., bytes], make_match: Callable[..., Match],
    make_finding: Callable[..., Finding],
) -> None:  # fmt: skip
    past = replace(outcome, findings=(make_finding(make_match(tracking=Tracking.COMMITTED)),))
    (found,) = _read(report("gitlab", past))["vulnerabilities"]
    assert found["location"]["commit"] == {"sha": "0" * 40}


def test_the_name_is_that_of_the_rule_and_the_description_tells_the_verdict(
    report: Callable[..., bytes], make_finding: Callable[..., Finding]
) -> None:
    checked = make_finding(verdict=Verdict("live", ("read_only", "withdraw"), ip_bound=False), realm="demo")
    live, plain = _read(report("gitlab", Outcome((checked, make_finding()))))["vulnerabilities"]
    assert live["name"] == plain["name"] == "OKX API credential"
    assert live["description"].startswith("Live check: live, may withdraw, no bound IP")
    assert "move the funds out of the account" in live["description"]
    assert plain["description"] == "Whoever holds it trades in your name."


def test_a_finding_is_known_again_by_its_fingerprint(
    report: Callable[..., bytes], make_match: Callable[..., Match], make_finding: Callable[..., Finding]
) -> None:
    moved = [make_finding(make_match(path=path, line=line)) for path, line in (("a.env", 1), ("b/c.env", 70))]
    tracked = [found["tracking"] for found in _read(report("gitlab", Outcome(tuple(moved))))["vulnerabilities"]]
    assert [item["file"] for one in tracked for item in one["items"]] == ["a.env", "b/c.env"]
    for one in tracked:
        assert one["type"] == "source"
        assert one["items"][0]["signatures"] == [{"algorithm": "hash", "value": moved[0].fingerprint}]


def test_without_a_repository_the_commit_is_all_zeros(outcome: Outcome, report: Callable[..., bytes]) -> None:
    found = _read(report("gitlab", replace(outcome, repository=None)))["vulnerabilities"][0]
    assert found["location"]["commit"]["sha"] == "0" * 40


def test_the_id_is_a_uuid_that_follows_the_fingerprint(outcome: Outcome, report: Callable[..., bytes]) -> None:
    ids = [[found["id"] for found in _read(report("gitlab", outcome))["vulnerabilities"]] for _ in range(2)]
    assert ids[0] == ids[1]
    assert len({uuid.UUID(item) for item in ids[0]}) == 2


def test_long_texts_are_cut_to_what_the_schema_takes(
    outcome: Outcome, rules: dict[str, Rule], report: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    long = replace(rules["okx-credential"], title="t" * 300, fix="f" * 9_000, references=("javascript:alert(1)",))
    monkeypatch.setitem(rules, "okx-credential", long)
    found = _read(report("gitlab", outcome))["vulnerabilities"][0]
    assert (len(found["name"]), len(found["solution"]), found["links"]) == (255, 7_000, [])


def test_an_empty_reason_makes_no_empty_message(report: Callable[..., bytes]) -> None:
    assert _read(report("gitlab", Outcome(skipped=(Skipped("", ""),))))["scan"]["messages"]


def test_no_value_is_written_even_with_show_secrets(outcome: Outcome, report: Callable[..., bytes]) -> None:
    assert report("gitlab", outcome, ReportOptions(show_secrets=True)) == report("gitlab", outcome)
