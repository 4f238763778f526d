"""Git is killed by the system where memory lacks: whatever it was asked then, that is no answer, and never a no."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.history.conftest import Repository, leak

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.skipif(sys.platform == "win32", reason="shell"), pytest.mark.slow]

_GIT = """#!/bin/sh
count=$(($(cat {counter}) + 1))
echo $count > {counter}
[ $count = {number} ] && kill -9 $$
exec {git} "$@"
"""
_CALLS = 14  # of a scan of everything


@pytest.mark.parametrize("number", range(1, _CALLS + 1))
def test_a_git_that_is_killed_makes_no_repository_clean(tmp_path: Path, number: int) -> None:
    repository = Repository(tmp_path / "repository")
    repository.commit({"bot/.env": leak("first")}, "One")
    repository.commit({"bot/.env": "x = 1\n"}, "Two")
    git, counter = tmp_path / "bin" / "git", tmp_path / "counter"
    git.parent.mkdir()
    counter.write_text("0")
    git.write_text(_GIT.format(counter=counter, number=number, git=shutil.which("git")))
    git.chmod(0o755)
    words = [sys.executable, "-m", "keyguard", "scan", "--no-cache", "--format", "json", "."]
    env = {**os.environ, "PATH": f"{git.parent}{os.pathsep}{os.environ['PATH']}"}
    ran = subprocess.run(words, cwd=repository.top, env=env, capture_output=True, check=False, text=True)
    assert int(counter.read_text()) >= min(number, 5)  # two at once count as one
    assert ran.returncode == 1 or (ran.returncode == 2 and "signal 9 ended it" in ran.stderr)
