"""What pre-commit is asked for is what is read: a commit, a range, or all tracked files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.history.conftest import GIT, WHO, Repository, leak

pytestmark = pytest.mark.skipif(os.name == "nt", reason="its hooks are shell scripts")

_BESIDE = Path(sys.executable).parent
_CONFIGURATION = f"""
repos:
  - repo: local
    hooks:
      - {{id: keyguard, name: k, entry: {_BESIDE / "keyguard"} scan --staged, language: system,
         pass_filenames: false, always_run: true, stages: [pre-commit, manual]}}
      - {{id: keyguard-push, name: p, entry: {_BESIDE / "keyguard"} scan --pushed, language: system,
         pass_filenames: false, always_run: true, stages: [pre-push]}}
"""


@pytest.fixture
def begun(repository: Repository) -> Repository:
    """Return a repository that is set up, with a credential in a file of HEAD and one in the past."""
    repository.commit({".pre-commit-config.yaml": _CONFIGURATION})
    repository.commit({"here.env": leak("here")})
    repository.git("tag", "start")
    repository.passing("gone.env", leak("gone"))
    repository.git("tag", "middle")
    repository.commit({"a.txt": "a\n"})
    return repository


def run(repository: Repository, *arguments: str) -> tuple[int, set[str]]:
    """Run pre-commit, and return its exit code with the files in which something was found."""
    done = subprocess.run(
        [_BESIDE / "pre-commit", "run", "--color", "never", "--verbose", *arguments],
        cwd=repository.top,
        env=os.environ | {"PRE_COMMIT_HOME": str(repository.top.parent / "pre-commit"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = {name for name in ("here.env", "gone.env", "new.env") if f"{name}:" in done.stdout}
    assert "no git repository" not in done.stdout + done.stderr
    stopped = re.findall(r"git reset --quiet -- (.*)", done.stdout)
    assert stopped == (["new.env"] if "new.env" in found else []), "what is committed is lost"
    return done.returncode, found


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--all-files"], {"here.env"}),
        (["--all-files", "keyguard"], {"here.env"}),
        (["--all-files", "--hook-stage", "manual"], {"here.env"}),
        (["--all-files", "--hook-stage", "pre-push"], {"here.env", "gone.env"}),  # nothing was ever pushed
        (["--from-ref", "start", "--to-ref", "HEAD"], {"gone.env"}),
        (["--from-ref", "start", "--to-ref", "middle"], {"gone.env"}),
        (["--from-ref", "start", "--to-ref", "HEAD", "--hook-stage", "pre-push"], {"gone.env"}),
        (["--from-ref", "start~1", "--to-ref", "HEAD"], {"here.env", "gone.env"}),
        (["--from-ref", "middle", "--to-ref", "HEAD"], set()),
    ],
)
def test_by_hand_and_in_ci(begun: Repository, arguments: list[str], found: set[str]) -> None:
    assert run(begun, *arguments) == (int(bool(found)), found)


def test_what_is_staged_is_read_with_all_files_too(begun: Repository) -> None:
    begun.write("new.env", leak("new"))
    begun.git("add", "new.env")
    (begun.top / "new.env").write_text("changed since\n")
    assert run(begun, "--all-files") == (1, {"here.env", "new.env"})


def test_all_files_without_anything_in_them_pass(begun: Repository) -> None:
    begun.commit({"here.env": "nothing\n"})
    assert run(begun, "--all-files") == (0, set())


def test_a_commit_is_judged_by_what_it_adds(begun: Repository) -> None:
    environment = os.environ | WHO | {"PRE_COMMIT_HOME": str(begun.top.parent / "pre-commit")}
    subprocess.run([_BESIDE / "pre-commit", "install"], cwd=begun.top, env=environment, check=True, capture_output=True)
    begun.commit({"b.txt": "b\n"})  # with the credential of `here.env` beside it
    begun.write("new.env", leak("new"))
    begun.git("add", "new.env")
    done = subprocess.run([GIT, "commit", "-m", "x"], cwd=begun.top, env=environment, check=False, capture_output=True)
    assert done.returncode == 1
    assert b"new.env:" in done.stderr + done.stdout
    assert b"here.env:" not in done.stderr + done.stdout
