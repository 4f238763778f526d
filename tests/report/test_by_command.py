"""What the formats say, read from what the real command writes of a stored report."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from keyguard.model import Outcome, Scanned, Severity, Skipped, Suppression

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from keyguard.model import Finding

    Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def command(report: Callable[..., bytes], tmp_path: Path) -> Command:
    """Return a function that stores an outcome as JSON and has `keyguard report` write it in a format."""

    def run(form: str, outcome: Outcome, *arguments: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "stored.json").write_bytes(report("json", outcome))
        told = [sys.executable, "-m", "keyguard", "report", "stored.json", "-f", form, *arguments]
        return subprocess.run(told, cwd=tmp_path, capture_output=True, check=False, timeout=120, encoding="utf-8")

    return run


class TestGithub:
    def test_an_interruption_and_what_was_skipped_stand_before_the_ten_that_github_shows(
        self, command: Command, make_finding: Callable[..., Finding]
    ) -> None:
        found = tuple(make_finding(severity=Severity[word]) for word in ("HIGH", "MEDIUM") for _ in range(12))
        skipped = tuple(Skipped(f"{number}.log", "too large") for number in range(7))
        lines = command("github", Outcome(found, skipped, complete=False)).stdout.splitlines()
        assert lines[0] == "::error title=keyguard::The scan was interrupted: this report is incomplete."
        assert lines[1].startswith("::warning title=Not scanned::7 inputs not scanned: 0.log: too large; 1.log: ")
        assert lines[1].endswith("4.log: too large; and 2 more")
        assert [sum(line.startswith(f"::{level} ") for line in lines) for level in ("error", "warning")] == [10, 10]
        assert any(line.startswith("6 more not shown as annotations") for line in lines)


class TestHtml:
    @pytest.mark.parametrize(
        ("fields", "heading", "meaning"),
        [
            ({}, "No findings", "No credential was found in what was read."),
            ({"below": 1}, "No open findings", "Nothing is open: 1 finding below the wanted confidence is not shown."),
            ({"complete": False}, "No findings", "found in what was read, but the scan was interrupted."),
            (
                {"skipped": (Skipped("a", "too large"), Skipped("b", "too large"))},
                "No findings",
                "found in what was read, but 2 inputs were not scanned, see below.",
            ),
            ({"scanned": Scanned()}, "Nothing was scanned", "Nothing was read: this says nothing about the tree."),
        ],
    )
    def test_only_a_whole_scan_that_found_nothing_is_called_clean(
        self, command: Command, fields: dict[str, Any], heading: str, meaning: str
    ) -> None:
        page = command("html", Outcome(**{"scanned": Scanned(3, 10), **fields})).stdout
        assert f"<h1>{heading}</h1>" in page
        assert f"<title>keyguard: {heading}</title>" in page
        assert meaning in page
        assert ('class="clean"' in page) is (not fields)

    def test_suppressed_findings_are_not_called_none(
        self, command: Command, make_finding: Callable[..., Finding]
    ) -> None:
        waived = make_finding(suppressed=Suppression("inline", "bot.py:1", "made up"))
        page = command("html", Outcome((waived,) * 3, scanned=Scanned(3, 10))).stdout
        assert "<h1>No open findings</h1>" in page
        assert "Nothing is open: 3 findings are suppressed, see below." in page
        assert "No credential was found" not in page
