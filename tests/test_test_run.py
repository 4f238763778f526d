"""The run of the tests itself: it hears signals, and each test has a time limit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def _pytest(*arguments: str, ignoring: signal.Signals | None = None) -> subprocess.CompletedProcess[str]:
    """Run pytest as whoever ignores a signal would start it, without the options of the run around it."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=(lambda: signal.signal(ignoring, signal.SIG_IGN)) if ignoring else None,
        timeout=120,
    )


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["0", "1"])
def test_an_interrupt_arrives_although_the_parent_ignores_it(workers: str) -> None:
    test = "tests/cli/test_terminal.py::TestLongScan::test_an_interrupt_ends_it_with_a_report_of_what_was_found"
    done = _pytest("-n", workers, test, ignoring=signal.SIGINT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("mark", "limit"), [("", "180"), ("@pytest.mark.slow", "900")])
def test_each_test_has_a_time_limit(mark: str, limit: str, tmp_path: Path) -> None:
    test = tmp_path / "test_limit.py"
    test.write_text(
        f"import pytest, pytest_timeout\n\n{mark}\ndef test_it(request):\n"
        f"    assert pytest_timeout._get_item_settings(request.node).timeout == {limit}\n"
    )
    plugin = ("-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path))
    done = _pytest(*plugin, "-m", "", str(test))
    assert done.returncode == 0, done.stdout
