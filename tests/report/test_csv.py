from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from keyguard.model import Outcome, Suppression
from keyguard.report import ReportOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyguard.model import Finding, Match


def _rows(written: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written.decode(), newline="")))


def test_each_place_of_each_finding_is_a_row(outcome: Outcome, report: Callable[..., bytes]) -> None:
    rows = _rows(report("csv", outcome))
    assert [(row["part"], row["path"], row["line"]) for row in rows] == [
        ("api_key", "config/live.py", "3"),
        ("secret_key", "config/live.py", "4"),
        ("api_key", "old/live.py", "7"),
        ("passphrase", "notes.md", "9"),
        ("passphrase", "tests/sample.py", "2"),
    ]
    assert {row["fingerprint"] for row in rows[:3]} == {"f1" * 16}
    assert rows[0]["missing"] == "passphrase"
    assert (rows[4]["suppressed_by"], rows[4]["suppressed_reason"]) == ("inline", "made up")


def test_a_history_has_its_columns(history: Outcome, report: Callable[..., bytes]) -> None:
    rows = _rows(report("csv", history))
    assert [row["in_head"] for row in rows] == ["yes"] * 4 + ["no"] * 3
    assert rows[4]["tracking"] == "committed"
    assert rows[4]["removed_date"] == "2024-02-03T04:05:06Z"


def test_the_lines_end_as_the_standard_says(outcome: Outcome, report: Callable[..., bytes]) -> None:
    assert report("csv", outcome).count(b"\r\n") == 6


@given(text=st.text())
def test_no_cell_is_a_formula_and_no_text_makes_a_row(
    make_match: Callable[..., Match], make_finding: Callable[..., Finding], report: Callable[..., bytes], text: str
) -> None:
    finding = make_finding(
        make_match(path=text or "a"), suppressed=Suppression("inline", f"=HYPERLINK(1){text}", f"@SUM(1)\n{text}")
    )
    (row,) = _rows(report("csv", Outcome((finding,))))
    assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_values_are_shown_only_when_asked_for(outcome: Outcome, report: Callable[..., bytes]) -> None:
    value = outcome.findings[0].matches[0].value.reveal().decode()
    assert value not in report("csv", outcome).decode()
    assert _rows(report("csv", outcome, ReportOptions(show_secrets=True)))[0]["value"] == value
