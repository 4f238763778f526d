"""`keyguard report`: a stored report becomes any other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from keyguard.report import FORMATS
from tests.cli.conftest import put, values

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard


@pytest.fixture
def stored(keyguard: Keyguard, leak: Path, tmp_path: Path) -> Path:
    keyguard("scan", leak, "--report", "json=scan.json", "--report", "jsonl=scan.jsonl")
    return tmp_path / "scan.json"


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_can_be_had_from_it(keyguard: Keyguard, stored: Path, form: str) -> None:
    ran = keyguard("report", stored, "--format", form, "--root", "bot")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == keyguard("report", stored.with_suffix(".jsonl"), "-f", form, "--root", "bot").out
    assert "okx-credential" in ran.out
    assert not [value for value in values() if value in ran.out]


def test_the_text_is_that_of_the_scan(keyguard: Keyguard, leak: Path) -> None:
    text = keyguard("scan", leak, "--report", "json=scan.json").out
    assert keyguard("report", "scan.json", "--root", leak).out == text


def test_it_reads_standard_input_and_writes_files(keyguard: Keyguard, stored: Path, tmp_path: Path) -> None:
    ran = keyguard("report", "-", "-f", "json", "--report=sarif=out.sarif", "--category=x", stdin=stored.read_bytes())
    assert ran.report["findings"] == json.loads(stored.read_bytes())["findings"]
    assert json.loads((tmp_path / "out.sarif").read_bytes())["runs"][0]["automationDetails"] == {"id": "x/"}


def test_values_of_a_report_that_shows_them_stay_masked(keyguard: Keyguard, leak: Path) -> None:
    shown = keyguard("scan", leak, "-f", "json", "--show-secrets").out
    assert [value for value in values() if value in shown]
    for form in FORMATS:
        ran = keyguard("report", "-", "-f", form, stdin=shown.encode())
        assert ran.code == 0
        assert not [value for value in values() if value in ran.out + ran.err]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "the report nothing.json cannot be read: No such file or directory."),
        ("{}", "the report cannot be read: it is no report of keyguard's."),
        ('{"schema": "keyguard-report/9"}', "the report is of another kind than keyguard-report/1."),
    ],
)
def test_what_is_no_report_is_an_error_and_writes_nothing(
    keyguard: Keyguard, tmp_path: Path, content: str | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "nothing.json").write_text(content)
    ran = keyguard("report", "nothing.json", "--report=html=out.html")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {message}\nhint: ")
    assert not (tmp_path / "out.html").exists()


@pytest.mark.slow
def test_what_github_would_not_take_is_cut_and_said_on_standard_error(keyguard: Keyguard, stored: Path) -> None:
    report = json.loads(stored.read_bytes())
    (finding,) = report["findings"]
    report["findings"] = [{**finding, "fingerprint": f"{number:040x}"} for number in range(5_003)]
    ran = keyguard("report", "-", "-f", "sarif", stdin=json.dumps(report).encode())
    assert len(ran.report["runs"][0]["results"]) == 5_000
    assert ran.err == (
        "note: the SARIF report leaves out 3 findings of the least severity: GitHub takes 5,000, and 10 MB.\n"
    )


def test_a_scan_tells_when_it_began_and_where(keyguard: Keyguard, tmp_path: Path) -> None:
    put(tmp_path / "a.env")
    report = keyguard("scan", "-f", "json").report
    assert report["scanned"]["started_at"].endswith("Z")
    assert report["repository"] is None
