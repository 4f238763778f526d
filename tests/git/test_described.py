"""What is read of a repository: from files alone, whatever stands in them, and never a password."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyguard.git.described import public, read
from keyguard.model import Repository

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


@pytest.fixture
def git(tmp_path: Path) -> Callable[..., str]:
    def run(*arguments: str, cwd: Path = tmp_path) -> str:
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
        command = ["git", *identity, *arguments]
        return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout.strip()

    run("init", "-q")
    run("commit", "-q", "--allow-empty", "-m", "first")
    return run


def test_the_remote_the_revision_and_the_branch_are_told(git: Callable[..., str], tmp_path: Path) -> None:
    git("remote", "add", "fork", "https://git.example/fork.git")
    git("remote", "add", "origin", "git@git.example:team/bot.git")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for root in (tmp_path, tmp_path / "deep" / "er"):
        assert read(root) == Repository("ssh://git.example/team/bot.git", git("rev-parse", "HEAD"), "main")


def test_packed_refs_detached_heads_and_unborn_branches_are_read(git: Callable[..., str], tmp_path: Path) -> None:
    git("pack-refs", "--all")
    head = git("rev-parse", "HEAD")
    assert read(tmp_path) == Repository(None, head, "main")
    git("checkout", "-q", "--detach")
    assert read(tmp_path) == Repository(None, head, None)
    git("checkout", "-q", "--orphan", "new/one")
    assert read(tmp_path) == Repository(None, None, "new/one")


def test_a_linked_work_tree_tells_its_own_branch_and_the_common_remote(git: Callable[..., str], tmp_path: Path) -> None:
    git("remote", "add", "origin", "https://git.example/team/bot.git")
    git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    assert read(tmp_path / "side") == Repository("https://git.example/team/bot.git", git("rev-parse", "HEAD"), "side")


def test_a_linked_work_tree_whose_head_is_a_pipe_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    os.mkfifo(tmp_path / "elsewhere" / "HEAD")
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    assert read(tmp_path) is None


def test_outside_of_a_repository_there_is_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) is None
    assert read(tmp_path / "nowhere") is None


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://git.example/team/bot.git", "https://git.example/team/bot.git"),
        ("https://user:password@git.example:8443/bot.git?token=x#y", "https://git.example:8443/bot.git"),
        ("https://token@git.example/bot", "https://git.example/bot"),
        ("git@git.example:team/bot.git", "ssh://git.example/team/bot.git"),
        ("ssh://git@git.example:22/bot", "ssh://git.example:22/bot"),
        ("https://[2001:db8::1]:80/a b", "https://[2001:db8::1]:80/a%20b"),
        ("https://user:p@ss:w@rd@git.example/x", "https://git.example/x"),
        ("/srv/git/bot.git", None),
        ("file:///srv/git/bot.git", None),
        ("../bot.git", None),
        ("C:/code/bot.git", None),
        ("ext::sh -c touch% x", None),
        ("https://git.example:port/x", None),
        ("https://", None),
        ("", None),
    ],
)
def test_a_remotes_url_is_told_without_what_may_be_secret(url: str, told: str | None) -> None:
    assert public(url) == told


@given(user=st.text(), password=st.from_regex(r"\A[a-z0-9]{12,20}\Z"), query=st.text())
def test_no_password_of_a_url_is_told(user: str, password: str, query: str) -> None:
    for url in (f"https://{user}:{password}@git.example/x", f"https://git.example/x?{query}{password}#{password}"):
        assert password not in (public(url) or "")


def test_nothing_runs_whatever_the_configuration_and_the_path_say(git: Callable[..., str], tmp_path: Path) -> None:
    trap = tmp_path / "git"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    trap.chmod(0o755)
    for name in ("core.fsmonitor", "core.sshCommand", "core.pager", "alias.cat-file", "core.alternateRefsCommand"):
        git("config", name, f"{'!' if name.startswith('alias') else ''}touch {tmp_path}/ran")
    head = git("rev-parse", "HEAD")
    script = f"""
import os
from pathlib import Path
before = dict(os.environ)
from keyguard.git.described import read
print(read(Path({str(tmp_path)!r})).revision, before == dict(os.environ))
"""
    command = [sys.executable, "-c", script]
    env = os.environ | {"PATH": f".:{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=tmp_path, env=env, check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (f"{head} True\n", "")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("what", ["/dev/zero", "/dev/stdin", "fifo"])
@pytest.mark.parametrize("name", ["HEAD", "refs/heads/main", "packed-refs", "config", "included"])
@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs devices")
def test_a_device_or_a_pipe_in_the_place_of_a_file_stops_nothing(
    git: Callable[..., str], tmp_path: Path, what: str, name: str
) -> None:
    place = tmp_path / ".git" / name
    place.unlink(missing_ok=True)
    if what == "fifo":
        os.mkfifo(place)
    else:
        place.symlink_to(what)
    if name == "included":
        git("remote", "add", "origin", "https://git.example/x")
        with (tmp_path / ".git" / "config").open("a") as config:
            config.write("[include]\n\tpath = included\n")
    found = read(tmp_path)
    assert found is None or found.revision is None or name in {"packed-refs", "config", "included"}


@pytest.mark.skipif(sys.platform == "win32", reason="a signal there ends the process")
@pytest.mark.parametrize("number", [1, 2, 3, 5, 8, 13, 40])
def test_a_signal_waits_until_the_repository_is_read(git: Callable[..., str], tmp_path: Path, number: int) -> None:
    git("remote", "add", "origin", "https://git.example/team/bot.git")
    complaints: list[object] = []
    calls = 0

    def strike(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        calls += event == "call" and Path(frame.f_code.co_filename).parts[-2:] == ("git", "config.py")
        if calls == number:
            calls += 1
            os.kill(os.getpid(), signal.SIGTERM)

    before = sys.unraisablehook, signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.unraisablehook = complaints.append
    sys.setprofile(strike)
    try:
        with pytest.raises(KeyboardInterrupt):
            read(tmp_path)
    finally:
        sys.setprofile(None)
        sys.unraisablehook = before[0]
        signal.signal(signal.SIGTERM, before[1])
    assert complaints == []
