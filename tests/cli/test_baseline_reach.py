"""What was recorded in files outside git, and is committed later: every gate tells it, in real git."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from keyguard.git.program import find_git
from tests.cli.conftest import ENV_FILE, put

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard

FILE = ".keyguard-baseline"
LONE = "OKX_PASSPHRASE=<passphrase>\n"
GATES = {
    "the work tree": (),
    "files alone": ("--no-history",),
    "the history": ("--history-only",),
    "a range": ("--range", "start..HEAD"),
    "what came since": ("--since", "start"),
    "everything in the store": ("--unreachable",),
}


def git(folder: Path, *arguments: str, code: int = 0) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run([find_git() or "", *who, *arguments], cwd=folder, capture_output=True, check=False, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def entries(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / FILE).read_text().splitlines() if line.startswith("{")]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository of one commit, tagged `start`, whose configuration names a baseline."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "bot.py").write_text("print('hello')\n")
    (folder / ".keyguard.yml").write_text(f"baseline: {FILE}\npractices: off\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "start")
    git(folder, "tag", "start")
    return folder


@pytest.fixture(params=["a whole credential", "a passphrase alone"])
def text(request: pytest.FixtureRequest) -> str:
    return ENV_FILE if request.param == "a whole credential" else LONE


@pytest.fixture(params=["untracked", "ignored"])
def recorded(request: pytest.FixtureRequest, keyguard: Keyguard, repository: Path, text: str) -> Path:
    """Return the repository with a file that git does not track, and a baseline that knows it."""
    put(repository / ".env", text)
    if request.param == "ignored":
        (repository / ".git" / "info" / "exclude").write_text(".env\n")
    assert "1 finding in untracked or ignored files" in keyguard("baseline", "create", cwd=repository).out
    assert [entry["tracking"] for entry in entries(repository)] == [request.param]
    return repository


def test_it_is_quiet_as_long_as_git_does_not_carry_it(keyguard: Keyguard, recorded: Path) -> None:
    assert [keyguard("scan", *gate, cwd=recorded).code for gate in GATES.values()] == [0] * len(GATES)
    (recorded / "later").mkdir()
    (recorded / ".env").rename(recorded / "later" / ".env")
    assert keyguard("scan", cwd=recorded).code == 0


@pytest.mark.parametrize("moved", [False, True])
def test_every_gate_tells_it_once_it_is_committed(keyguard: Keyguard, recorded: Path, *, moved: bool) -> None:
    name = ".env"
    if moved:
        name = "config.env"
        (recorded / ".env").rename(recorded / name)
    git(recorded, "add", "-f", name)
    assert keyguard("scan", "--staged", cwd=recorded).code == 1
    git(recorded, "commit", "-qm", "more")
    assert {gate: keyguard("scan", *options, cwd=recorded).code for gate, options in GATES.items()} == dict.fromkeys(
        GATES, 1
    )


def test_the_report_says_why_it_is_back(keyguard: Keyguard, recorded: Path) -> None:
    git(recorded, "add", "-f", ".env")
    assert "in .env was recorded while git " in keyguard("scan", "--staged", cwd=recorded).out


def test_the_hooks_stop_its_commit_and_its_push(keyguard: Keyguard, recorded: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "there")
    git(recorded, "remote", "add", "origin", str(tmp_path / "there"))
    git(recorded, "push", "-q", "origin", "main")
    assert keyguard("hook", "install", cwd=recorded).code == 0
    git(recorded, "add", "-f", ".env")
    assert "1 finding" in git(recorded, "commit", "-qm", "more", code=1)
    git(recorded, "commit", "-qm", "more", "--no-verify")
    assert "1 finding" in git(recorded, "push", "-q", "origin", "main", code=1)


def test_an_update_after_that_accepts_it_for_good_in_the_same_entry(keyguard: Keyguard, recorded: Path) -> None:
    before = entries(recorded)
    git(recorded, "add", "-f", ".env")
    git(recorded, "commit", "-qm", "more")
    ran = keyguard("baseline", "create", "--update", cwd=recorded)
    assert (ran.code, ran.out) == (0, f"1 finding in {FILE}, 1 of them new.\n")
    assert [entry["id"] for entry in entries(recorded)] == [entry["id"] for entry in before]
    assert "tracking" not in entries(recorded)[0]
    assert {gate: keyguard("scan", *options, cwd=recorded).code for gate, options in GATES.items()} == dict.fromkeys(
        GATES, 0
    )
    again = (recorded / FILE).read_text()
    (recorded / FILE).unlink()
    assert keyguard("baseline", "create", cwd=recorded).code == 0
    assert (recorded / FILE).read_text() == again


def test_a_file_that_leaves_gitignore_counts_before_it_is_added(keyguard: Keyguard, repository: Path) -> None:
    put(repository / ".env")
    (repository / ".gitignore").write_text(".env\n")
    assert keyguard("baseline", "create", cwd=repository).code == 0
    assert keyguard("scan", cwd=repository).code == 0
    (repository / ".gitignore").unlink()
    assert keyguard("scan", cwd=repository).code == 1


def test_init_records_an_untracked_file_no_further_than_that(keyguard: Keyguard, repository: Path) -> None:
    """Its lines in .gitignore are no help against `git add -f`, or somebody who deletes them."""
    put(repository / ".env")
    assert keyguard("init", "--baseline", "--yes", cwd=repository).code == 0
    assert keyguard("scan", cwd=repository).code == 0
    git(repository, "add", "-f", ".env")
    assert keyguard("scan", "--staged", cwd=repository).code == 1
    git(repository, "commit", "-qm", "more")
    assert keyguard("scan", cwd=repository).code == 1


def test_what_was_taken_out_of_git_stays_known(keyguard: Keyguard, repository: Path) -> None:
    put(repository / ".env")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "more")
    assert keyguard("baseline", "create", cwd=repository).code == 0
    git(repository, "rm", "-q", "--cached", ".env")
    git(repository, "commit", "-qm", "less")
    assert keyguard("scan", "--no-history", cwd=repository).code == 0
    (repository / ".gitignore").write_text(".env\n")
    assert keyguard("scan", cwd=repository).code == 0


@pytest.mark.parametrize("where", [".env", "elsewhere/.env"])
def test_a_file_that_git_ignores_now_and_carried_once_is_as_bad_as_ever(
    keyguard: Keyguard, repository: Path, text: str, where: str
) -> None:
    """To take a file out of git and to ignore it does not take it out of the history."""
    put(repository / ".env", text)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "more")
    git(repository, "rm", "-q", "--cached", ".env")
    (repository / ".gitignore").write_text(".env\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "less")
    (repository / where).parent.mkdir(exist_ok=True)
    (repository / ".env").rename(repository / where)
    (repository / FILE).write_text("")
    for _ in range(2):  # the second scan remembers what the first one read
        ran = keyguard("scan", "-f", "json", cwd=repository)
        worst = ran.report["findings"][0]
        assert (ran.code, worst["severity"] != "note", worst["history"]["commits"]) == (1, True, 1)
    assert keyguard("baseline", "create", "--update", cwd=repository).code == 0
    assert not any(entry.get("tracking") for entry in entries(repository) if entry["rule"] == "okx-credential")
    assert keyguard("scan", cwd=repository).code == 0


def test_where_there_is_no_git_nothing_is_told_apart(keyguard: Keyguard, leak: Path) -> None:
    assert "does not carry" not in keyguard("baseline", "create", cwd=leak).out
    assert "tracking" not in entries(leak)[0]
    git(leak, "init", "-q")
    git(leak, "add", "-A")
    git(leak, "commit", "-qm", "start")
    assert keyguard("scan", "--baseline", FILE, cwd=leak).code == 0
