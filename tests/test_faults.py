"""A scan that is struck by a fault loses nothing; benchmarks/faults.py says what must hold, and tries many more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux who is left behind")
def test_faults_lose_nothing_and_leave_nobody_behind() -> None:
    command = [sys.executable, "-m", "benchmarks.faults", "--count", "25", "--seed", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 25 faults    0 wrong" in done.stdout
