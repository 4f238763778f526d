"""Repositories as a runner checks them out, and an installation that all tests share."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from keyguard.packs import expand
from tests.action.runner import Job, Ran
from tests.cli.conftest import ENV_FILE

if TYPE_CHECKING:
    from pathlib import Path

GIT = shutil.which("git") or "git"
_WHO = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
}


def leak(name: str) -> str:
    """Return a file with a complete credential, another for each name."""
    return expand(ENV_FILE, name)


@dataclass(frozen=True)
class Repository:
    """A work tree of its own."""

    top: Path

    def git(self, *arguments: str) -> str:
        settings = (
            "-c",
            "protocol.file.allow=always",
            "-c",
            "init.defaultBranch=main",
            "-c",
            "advice.detachedHead=false",
        )
        environment = os.environ | _WHO | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            [GIT, *settings, *arguments], cwd=self.top, env=environment, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, **files: str | None) -> str:
        """Commit files, named with `__` for a dot; None removes one."""
        for name, text in files.items():
            self.put(name.replace("__", "."), text)
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def put(self, name: str, text: str | None) -> None:
        path = self.top / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")


@dataclass(frozen=True)
class Pull:
    """A pull request: what GitHub's event says, and a checkout as actions/checkout makes it."""

    origin: Repository
    event: dict[str, Any]

    def checkout(self, ref: str = "refs/remotes/pull/1/merge", depth: int = 0, path: str = ".") -> Path:
        """Fetch as actions/checkout does: all branches and the pull request, or to a depth its merge alone."""
        top = self.origin.top.parent / f"checkout {len(list(self.origin.top.parent.iterdir()))}"
        (top / path).mkdir(parents=True)
        here = Repository(top / path)
        here.git("init", "--quiet")
        here.git("remote", "add", "origin", self.origin.top.as_uri())
        refs = ["+refs/pull/1/*:refs/remotes/pull/1/*"]
        refs += [f"--depth={depth}"] if depth else ["+refs/heads/*:refs/remotes/origin/*"]
        here.git("fetch", "--quiet", "origin", *refs)
        here.git("checkout", "--quiet", ref)
        return top


@pytest.fixture
def origin(tmp_path: Path) -> Repository:
    """Return a repository in which a credential stood before."""
    (tmp_path / "origin").mkdir()
    repository = Repository(tmp_path / "origin")
    repository.git("init", "--quiet")
    repository.commit(bot__py="print('hello')\n", old__env=leak("old"))
    return repository


def pull_request(origin: Repository, *, base: str | None = None, fork: bool = False) -> Pull:
    """Make a pull request of the branch `feature`, with the merge that GitHub would test."""
    base = base or origin.git("rev-parse", "main")
    head = origin.git("rev-parse", "feature")
    origin.git("checkout", "--quiet", "--detach", "main")
    origin.git("merge", "--quiet", "--no-ff", "--message", "merge", "feature")
    origin.git("update-ref", "refs/pull/1/merge", "HEAD")
    origin.git("update-ref", "refs/pull/1/head", head)
    origin.git("checkout", "--quiet", "main")
    names = {"full_name": "stranger/bot" if fork else "acme/bot", "fork": fork}
    there = {"base": {"ref": "main", "sha": base}, "head": {"ref": "feature", "sha": head, "repo": names}}
    return Pull(origin, {"action": "opened", "number": 1, "pull_request": there})


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Ran | None]:
    """Return a runner's folder with keyguard in it, GitHub's cache, and the first run of all if it was this worker's.

    The workers share both: to install takes longer than all else.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    temp, cache, ran = shared / "action" / "temp", shared / "action" / "cache", None
    temp.mkdir(parents=True, exist_ok=True)
    with (shared / "action" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not cache.is_dir():
            clean = Repository(shared / "action" / "clean")
            clean.top.mkdir()
            clean.git("init", "--quiet")
            clean.commit(bot__py="print('hello')\n")
            ran = Job(clean.top, temp, cache=cache).run()
            assert ran.status == "success", ran.log
    return temp, cache, ran


@pytest.fixture
def temp(first: tuple[Path, Path, Ran | None]) -> Path:
    """Return the runner's folder for temporary files."""
    return first[0]
