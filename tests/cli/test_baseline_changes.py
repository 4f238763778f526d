"""A passphrase that stands alone is known by its place: each gate that reads a change tells when another takes it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import put
from tests.cli.test_baseline import FILE, git

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard

ONE, OTHER, THIRD = (f"OKX_PASSPHRASE=<passphrase:{number}>\n" for number in (1, 2, 3))


@pytest.fixture
def repository(keyguard: Keyguard, tmp_path: Path) -> Path:
    """Return a repository in which one passphrase is in the baseline."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q")
    put(folder / "b.sh", ONE)
    (folder / ".keyguard.yml").write_text(f"baseline: {FILE}\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "start")
    assert keyguard("baseline", "create", cwd=folder).code == 0
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "baseline")
    return folder


def gates(keyguard: Keyguard, folder: Path) -> list[int]:
    """Stage and commit what was edited, and return the exit codes of the gates on the way."""
    git(folder, "add", "-A")
    staged = keyguard("scan", "--staged", cwd=folder).code
    git(folder, "commit", "-qm", "more")
    return [staged, keyguard("scan", "--range", "HEAD~1..HEAD", cwd=folder).code, keyguard("scan", cwd=folder).code]


def test_another_value_in_its_place_is_new(keyguard: Keyguard, repository: Path) -> None:
    put(repository / "b.sh", "# moved down\n" + OTHER)
    assert gates(keyguard, repository) == [1, 1, 1]


def test_another_value_in_a_file_that_takes_its_place_is_new(keyguard: Keyguard, repository: Path) -> None:
    git(repository, "mv", "b.sh", "c.sh")
    put(repository / "c.sh", OTHER)
    assert gates(keyguard, repository) == [1, 1, 1]


def test_a_second_value_beside_it_is_new_wherever_it_stands(keyguard: Keyguard, repository: Path) -> None:
    put(repository / "b.sh", OTHER + ONE)
    assert gates(keyguard, repository) == [1, 1, 1]


def test_the_same_value_stays_known_when_its_file_is_edited_renamed_and_edited(
    keyguard: Keyguard, repository: Path
) -> None:
    put(repository / "b.sh", "# a line above\n" + ONE)
    assert gates(keyguard, repository) == [0, 0, 0]
    git(repository, "mv", "b.sh", "c.sh")
    assert gates(keyguard, repository) == [0, 0, 0]
    put(repository / "c.sh", "# two lines\n# above\n" + ONE)
    assert gates(keyguard, repository) == [0, 0, 0]
    put(repository / "c.sh", OTHER)
    assert gates(keyguard, repository) == [1, 1, 1]


def test_what_an_update_accepted_before_its_commit_is_let_through(keyguard: Keyguard, repository: Path) -> None:
    put(repository / "b.sh", OTHER + ONE)
    put(repository / "new.sh", THIRD)
    git(repository, "add", "-A")
    assert keyguard("baseline", "create", "--update", cwd=repository).code == 0
    assert gates(keyguard, repository) == [0, 0, 0]


def test_no_value_takes_the_place_of_a_file_that_only_the_history_holds(keyguard: Keyguard, repository: Path) -> None:
    put(repository / "gone.env", f"OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\n{THIRD}")
    put(repository / "gone.sh", "OKX_PASSPHRASE=<passphrase:4>\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "leak")
    assert keyguard("baseline", "create", "--update", cwd=repository).code == 0
    git(repository, "rm", "-q", "gone.env", "gone.sh")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "take out")
    put(repository / "b.sh", OTHER)
    assert gates(keyguard, repository) == [1, 1, 1]
    put(repository / "more.sh", "OKX_PASSPHRASE=<passphrase:5>\n")
    assert gates(keyguard, repository) == [1, 1, 1]


def test_a_push_that_replaces_it_is_refused(keyguard: Keyguard, repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(repository), "there.git")
    hook = tmp_path / "there.git" / "hooks" / "pre-receive"
    (tmp_path / "server.yml").write_text(f"baseline: {repository / FILE}\n")
    command = f"{sys.executable} -m keyguard scan --received --config {tmp_path / 'server.yml'}"
    hook.write_text(f"#!/bin/sh\nexec {command}\n")
    hook.chmod(0o755)
    for text, code in (("# above\n" + ONE, 0), (OTHER, 1)):
        put(repository / "b.sh", text)
        git(repository, "commit", "-qam", "more")
        git(repository, "push", "-q", str(tmp_path / "there.git"), "main", code=code)


def test_a_value_in_a_file_more_is_refused_by_a_bare_repository(
    keyguard: Keyguard, repository: Path, tmp_path: Path
) -> None:
    """It has no work tree in which the recorded file could be missed."""
    git(tmp_path, "clone", "-q", "--bare", str(repository), "there.git")
    put(repository / "more.sh", OTHER)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "more")
    git(repository, "push", "-q", str(tmp_path / "there.git"), "main")
    ran = keyguard("scan", "--range", "main~1..main", "--baseline", repository / FILE, cwd=tmp_path / "there.git")
    assert ran.code == 1
