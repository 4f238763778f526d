"""What the formats say, read from what the real command writes of a stored report."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from keyguard.model import Outcome, Severity, Skipped

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
