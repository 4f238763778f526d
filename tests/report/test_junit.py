from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from keyguard.model import Outcome, Run, Scanned, Severity, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyguard.model import Finding

_SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "schemas" / "junit-10.xsd")


def _suite(written: bytes) -> ET.Element:
    _SCHEMA.validate(written.decode())
    suite = ET.fromstring(written).find("testsuite")  # noqa: S314 - our own
    assert suite is not None
    return suite


def test_findings_fail_suppressed_ones_are_skipped_and_troubles_are_errors(
    outcome: Outcome, report: Callable[..., bytes]
) -> None:
    suite = _suite(report("junit", replace(outcome, complete=False)))
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "5", "failures": "2", "errors": "2", "skipped": "1",
    }  # fmt: skip
    first = suite.find("testcase")
    assert first is not None
    assert first.get("name") == "OKX API credential at config/live.py:3:11"
    assert first.get("classname") == "keyguard.okx-credential"
    failure = first.find("failure")
    assert failure is not None
    assert failure.get("message") == "critical: OKX API credential"
    assert (failure.text or "").splitlines()[1].startswith("config/live.py:4:11  secret key  ")


def test_a_history_is_told_and_valid(history: Outcome, report: Callable[..., bytes]) -> None:
    text = "".join(_suite(report("junit", history)).itertext())
    assert "came with b2b2b2b2b2 2023-09-12 Bob\ngone with c3c3c3c3c3 2024-02-03 Ann <ann@example.com>" in text


def test_a_clean_scan_is_one_test_that_passed(report: Callable[..., bytes]) -> None:
    suite = _suite(report("junit", Outcome(scanned=Scanned(3, 10, seconds=0.25))))
    assert (suite.get("tests"), suite.get("failures"), suite.get("time")) == ("1", "0", "0.250")
    assert [case.get("name") for case in suite.findall("testcase")] == ["no findings"]


@pytest.mark.parametrize(("severity", "failures"), [("NOTE", "0"), ("MEDIUM", "0"), ("HIGH", "1")])
def test_what_is_under_fail_on_does_not_fail(
    make_finding: Callable[..., Finding], report: Callable[..., bytes], severity: str, failures: str
) -> None:
    outcome = Outcome((make_finding(severity=Severity[severity]),), run=Run("", "", fail_on=Severity.HIGH))
    assert _suite(report("junit", outcome)).get("failures") == failures


@given(text=st.text(), seconds=st.floats(0, 1e6))
def test_any_text_makes_valid_xml(report: Callable[..., bytes], text: str, seconds: float) -> None:
    _suite(report("junit", Outcome(skipped=(Skipped(text, text),), scanned=Scanned(1, seconds=seconds))))
