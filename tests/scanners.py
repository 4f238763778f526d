"""Other scanners, where they are installed: docs/coming-from.md."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def run(program: str, *arguments: str | Path, cwd: Path) -> str:
    """Run a scanner, whose exit code says that something was found; skip the test where it is not installed."""
    here = Path(sys.executable).parent
    # betterleaks brings a program of gitleaks' name into its environment, which takes other options.
    others = [folder for folder in os.get_exec_path() if not (Path(folder) / "betterleaks").exists()]
    folders = others if program == "gitleaks" else [str(here)]
    found = shutil.which(program, path=os.pathsep.join(folders))
    if found is None:
        pytest.skip(f"{program} is not installed: docs/coming-from.md")
    done = subprocess.run([found, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1, 200}, done.stderr
    return done.stdout
