"""GIT_DIR and GIT_WORK_TREE, as git sets them for its hooks, name the repository where no other is nearer."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.history.conftest import Repository, keys, leak, scan

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a hook is a shell script")


class Dotfiles:
    """A home folder whose files are kept in a bare repository elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "dots"
        (self.home / "sub").mkdir(parents=True)
        self.repository = Repository(folder / "dot.git", "--bare")
        self.hook("pre-commit", "--staged")
        self.names = {"GIT_DIR": str(self.repository.top), "GIT_WORK_TREE": str(self.home)}

    def hook(self, kind: str, mode: str) -> None:
        hook = self.repository.top / "hooks" / kind
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m keyguard scan {mode} >'{self.home}/../report' 2>&1\n")
        hook.chmod(0o755)

    def git(self, *arguments: str, cwd: Path | None = None, options: tuple[str, ...] | None = None) -> bool:
        """Run git as the alias of a dotfiles guide does, and say whether it did what it was asked."""
        given = (f"--git-dir={self.repository.top}", f"--work-tree={self.home}") if options is None else options
        try:
            self.repository.git(*given, *arguments, cwd=cwd or self.home)
        except AssertionError:
            return False
        return True

    def commit(self, name: str, text: str, **how: object) -> bool:
        (self.home / name).write_text(text)
        return self.git("add", "-f", name) and self.git("commit", "-q", "-m", "x", **how)  # type: ignore[arg-type]


@pytest.fixture
def dotfiles(tmp_path: Path) -> Dotfiles:
    return Dotfiles(tmp_path)


def test_a_hook_of_a_repository_elsewhere_reads_what_is_staged(dotfiles: Dotfiles) -> None:
    assert dotfiles.commit(".bashrc", "alias ll=ls\n"), (dotfiles.home.parent / "report").read_text()
    assert not dotfiles.commit(".okx.env", leak("dotted"))


def test_also_from_a_folder_within(dotfiles: Dotfiles) -> None:
    assert dotfiles.commit(".bashrc", "alias ll=ls\n", cwd=dotfiles.home / "sub")
    assert not dotfiles.commit(".okx.env", leak("dotted"), cwd=dotfiles.home / "sub")


def test_also_where_its_configuration_names_the_work_tree(dotfiles: Dotfiles) -> None:
    dotfiles.repository.git("config", "core.bare", "false")
    dotfiles.repository.git("config", "core.worktree", str(dotfiles.home))
    named = (f"--git-dir={dotfiles.repository.top}",)
    assert dotfiles.commit(".bashrc", "alias ll=ls\n", options=named)
    assert not dotfiles.commit(".okx.env", leak("dotted"), options=named)


def test_also_where_another_repository_lies_around(dotfiles: Dotfiles) -> None:
    dotfiles.repository.git("init", "-q", str(dotfiles.home.parent))
    assert dotfiles.commit(".bashrc", "alias ll=ls\n")
    assert not dotfiles.commit(".okx.env", leak("dotted"))


def test_what_is_pushed_from_there(dotfiles: Dotfiles, tmp_path: Path) -> None:
    dotfiles.hook("pre-push", "--pushed")
    server = Repository(tmp_path / "server.git", "--bare")
    dotfiles.repository.git("remote", "add", "origin", str(server.top))
    assert dotfiles.commit(".bashrc", "alias ll=ls\n")
    assert dotfiles.git("push", "-q", "origin", "HEAD:main")
    (dotfiles.repository.top / "hooks/pre-commit").unlink()
    assert dotfiles.commit(".okx.env", leak("dotted"))
    assert not dotfiles.git("push", "-q", "origin", "HEAD:main")


@pytest.mark.parametrize("where", [".", "sub"])
def test_files_and_history_of_there(dotfiles: Dotfiles, where: str) -> None:
    (dotfiles.repository.top / "hooks/pre-commit").unlink()
    dotfiles.commit("sub/old.env", leak("old"))
    dotfiles.git("rm", "-q", "sub/old.env")
    dotfiles.git("commit", "-q", "-m", "y")
    (dotfiles.home / "sub").mkdir(exist_ok=True)
    dotfiles.commit("sub/new.env", leak("new"))
    ran = scan(dotfiles.home / where, env=dotfiles.names)
    assert (ran.code, ran.keys, ran.skipped) == (1, keys("new", "old"), {})
    assert ran.finding("new")["parts"][0]["path"] == "sub/new.env"
    assert ran.history("old")["removed"]["path"] == "sub/old.env"


def test_a_repository_that_is_nearer_is_taken(dotfiles: Dotfiles) -> None:
    nearer = Repository(dotfiles.home / "project")
    nearer.passing(".env", leak("nearer"))
    (dotfiles.repository.top / "hooks/pre-commit").unlink()
    dotfiles.commit("dot.env", leak("dotted"))
    assert scan(nearer, "--history-only", env=dotfiles.names).keys == keys("nearer")


def test_a_folder_outside_of_the_work_tree_is_not_in_it(dotfiles: Dotfiles, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert scan(tmp_path / "other", "--staged", env=dotfiles.names).code == 2


def test_a_git_dir_that_is_not_there_names_nothing(repository: Repository) -> None:
    repository.passing(".env", leak("gone"))
    ran = scan(repository, env={"GIT_DIR": "nowhere", "GIT_WORK_TREE": str(repository.top)})
    assert ran.keys == keys("gone")
