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
echo "$*" >> {calls}
case "$*" in *"{words}"*)
    echo >> {counter}
    [ $(wc -l < {counter}) {which} ] && kill -9 $$
esac
exec {git} "$@"
"""
_CUT = """#!/bin/sh
case "$*" in *"cat-file --batch"*)
    {git} "$@" | {{ head -c 200; kill -9 $$; }}
esac
exec {git} "$@"
"""
_CALLS = [  # of a scan of everything: what each is told by, and how many there are of it
    ("--get-regexp", 1),
    ("rev-parse --show-toplevel", 2),
    ("rev-parse --git-common-dir", 2),
    ("ls-files -z -s", 2),
    ("ls-files -z -t -s -c -o", 1),
    ("ls-files -z -o -i", 1),
    ("for-each-ref", 1),
    ("symbolic-ref", 1),
    ("cat-file --batch", 4),
    ("rev-list --ignore-missing --no-walk", 1),
    ("log --raw", 2),
    ("rev-list --topo-order", 1),
    ("rev-parse --verify", 1),
]


def _scan(
    folder: Path, words: str, which: str, script: str = _GIT
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Scan a repository whose leak is in its history alone, with a git of which some calls are killed."""
    repository = Repository(folder / "repository")
    repository.commit({"bot/.env": leak("first")}, "One")
    repository.commit({"bot/.env": "x = 1\n"}, "Two")
    git, counter, calls = folder / "bin" / "git", folder / "counter", folder / "calls"
    git.parent.mkdir()
    git.write_text(script.format(calls=calls, counter=counter, words=words, which=which, git=shutil.which("git")))
    git.chmod(0o755)
    command = [sys.executable, "-m", "keyguard", "scan", "--no-cache", "--format", "json", "."]
    env = {**os.environ, "PATH": f"{git.parent}{os.pathsep}{os.environ['PATH']}"}
    ran = subprocess.run(command, cwd=repository.top, env=env, capture_output=True, check=False, text=True)
    return ran, calls.read_text().splitlines()


@pytest.mark.parametrize(("words", "number"), [(words, at) for words, most in _CALLS for at in range(1, most + 1)])
def test_a_git_that_is_killed_makes_no_repository_clean(tmp_path: Path, words: str, number: int) -> None:
    ran, calls = _scan(tmp_path, words, f"= {number}")
    assert sum(words in call for call in calls) >= number
    assert ran.returncode == 1 or (ran.returncode == 2 and "signal 9 ended it" in ran.stderr)


def test_every_call_of_a_scan_is_among_those_that_are_killed(tmp_path: Path) -> None:
    ran, calls = _scan(tmp_path, "no call", "= 1")
    assert ran.returncode == 1
    assert not [call for call in calls if not any(words in call for words, _ in _CALLS)]
    for words, number in _CALLS:
        assert sum(words in call for call in calls) <= number, words


def test_a_git_that_is_killed_again_and_again_fails_the_scan(tmp_path: Path) -> None:
    ran, _ = _scan(tmp_path, "cat-file --batch", "-ge 2")
    assert ran.returncode == 2
    assert "signal 9 ended it" in ran.stderr


def test_a_git_that_is_killed_within_a_content_fails_the_scan(tmp_path: Path) -> None:
    (tmp_path / "calls").touch()
    ran, _ = _scan(tmp_path, "", "", _CUT)
    assert ran.returncode == 2
    assert "signal 9 ended it" in ran.stderr
