"""A folder that holds repositories: a history that is not read is named, and no run is green that passed one over."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.history.conftest import Repository, leak

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Keyguard

NOBODY = 65534


@pytest.fixture
def bots(tmp_path: Path) -> Path:
    """Return a folder that is in no repository."""
    folder = tmp_path / "bots"
    folder.mkdir()
    return folder


def repository(folder: Path, name: str = "one") -> Repository:
    """Make a repository whose files are clean, and whose history holds a leak."""
    made = Repository(folder / name)
    made.passing(".env", leak(name))
    made.commit({"bot.py": "print('hello')\n"})
    return made


def bare(folder: Path, name: str = "one.git") -> Path:
    """Make a bare repository with such a history."""
    origin = repository(folder, "origin")
    origin.git("clone", "-q", "--bare", ".", str(folder / name))
    shutil.rmtree(origin.top)
    return folder / name


def skipped(keyguard: Keyguard, *arguments: str | Path, code: int = 0) -> dict[str, str]:
    """Scan, and return what the report names as not read; what lies in a `.git` is not opened as an archive is."""
    ran = keyguard("scan", "-f", "json", "--no-decode", *arguments)
    assert ran.code == code, ran.err
    assert keyguard("scan", "-q", "--strict", "--no-decode", *arguments).code == (
        code or (3 if ran.report["skipped"] else 0)
    )
    return {item["what"]: item["reason"] for item in ran.report["skipped"]}


def _is_own(reason: str) -> bool:
    return reason.startswith(("it is a git repository of its own", "it is a bare git repository"))


class TestEachHistoryThatIsNotReadIsNamed:
    def test_work_trees_and_bare_ones_at_any_depth(self, keyguard: Keyguard, bots: Path) -> None:
        repository(bots, "one")
        (bots / "deep" / "er").mkdir(parents=True)
        repository(bots / "deep" / "er", "two")
        bare(bots / "deep", "three.git")
        told = skipped(keyguard, bots)
        assert list(told) == ["deep/er/two/", "deep/three.git/", "one/"]
        assert all(map(_is_own, told.values()))

    def test_one_below_a_repository_that_is_no_submodule_tracked_or_not(self, keyguard: Keyguard, bots: Path) -> None:
        outer = Repository(bots / "outer")
        outer.commit({"lib/a.py": "a = 1\n", ".gitignore": "ignored/\n"})
        for name in ("lib", "untracked", "ignored/deep"):
            (outer.top / name).mkdir(parents=True, exist_ok=True)
            repository(outer.top, name)
        bare(outer.top, "mirror.git")
        told = skipped(keyguard, outer.top)
        assert list(told) == ["ignored/deep/", "lib/", "mirror.git/", "untracked/"]
        assert list(skipped(keyguard, outer.top / "lib" / "..", "--history-only")) == list(told)

    def test_one_that_has_no_commit_yet(self, keyguard: Keyguard, bots: Path) -> None:
        outer = Repository(bots / "outer")
        outer.commit({"a.py": "a = 1\n"})
        inner = Repository(outer.top / "inner")
        inner.write(".env", leak("x"))
        inner.git("add", "-A")
        (inner.top / ".env").unlink()
        (inner.top / "b.py").write_text("b = 1\n")
        assert list(skipped(keyguard, outer.top)) == ["inner/"]

    def test_a_git_folder_left_in_a_copy_or_under_another_name(self, keyguard: Keyguard, bots: Path) -> None:
        one = repository(bots, "one")
        shutil.move(one.top / ".git", bots / "old-git")
        (bots / "copy").mkdir()
        shutil.copytree(bots / "old-git", bots / "copy" / ".git")
        assert list(skipped(keyguard, bots)) == ["copy/", "old-git/"]

    def test_a_linked_work_tree_is_read_with_its_repository(self, keyguard: Keyguard, bots: Path) -> None:
        one = repository(bots, "one")
        one.git("worktree", "add", "-q", str(one.top / "linked"))
        one.git("worktree", "add", "-q", str(bots / "beside"))
        assert skipped(keyguard, one.top, code=1) == {}
        assert skipped(keyguard, one.top, bots / "beside", code=1) == {}
        assert list(skipped(keyguard, bots)) == ["beside/", "one/", "one/linked/"]

    def test_submodules_that_are_not_checked_out(self, keyguard: Keyguard, bots: Path, tmp_path: Path) -> None:
        origin = repository(tmp_path, "origin")
        outer = Repository(bots / "outer")
        for number in range(3):
            outer.git("submodule", "add", "-q", str(origin.top), f"lib/{number}")
        outer.commit()
        assert skipped(keyguard, outer.top, code=1) == {}
        outer.git("submodule", "deinit", "-q", "lib/0")
        shutil.rmtree(outer.top / "lib/1")
        told = skipped(keyguard, outer.top, code=1)
        assert list(told) == ["lib/0/", "lib/1/"]
        assert all("a submodule that is not checked out" in reason for reason in told.values())
        assert list(skipped(keyguard, outer.top, "--history-only", code=1)) == list(told)

    def test_what_is_excluded_is_not_named(self, keyguard: Keyguard, bots: Path) -> None:
        repository(bots, "one")
        repository(bots, "two")
        assert list(skipped(keyguard, bots, "--exclude", "two/")) == ["one/"]

    def test_without_the_history_only_what_holds_no_files(self, keyguard: Keyguard, bots: Path) -> None:
        repository(bots, "one")
        bare(bots)
        assert list(skipped(keyguard, bots, "--no-history")) == ["one.git/"]


def _without_head(git: Path) -> None:
    (git / "HEAD").unlink()


def _with_an_empty_head(git: Path) -> None:
    (git / "HEAD").write_bytes(b"")


def _without_refs(git: Path) -> None:
    shutil.rmtree(git / "refs")


class TestOneThatCannotBeRead:
    @pytest.mark.parametrize("damage", [_without_head, _with_an_empty_head, _without_refs])
    def test_a_damaged_one_is_named(self, keyguard: Keyguard, bots: Path, damage: Callable[[Path], None]) -> None:
        damage(repository(bots, "one").top / ".git")
        damage(bare(bots, "two.git"))
        outer = repository(bots, "outer")
        damage(repository(outer.top, "inner").top / ".git")
        told = skipped(keyguard, bots)
        assert list(told) == ["one/", "outer/", "outer/inner/", "two.git/"]
        assert "git knows no repository in its .git" in told["one/"]
        assert "git knows no repository in its .git" in told["outer/inner/"]
        assert "does not take it for one" in told["two.git/"]

    def test_a_damaged_one_that_is_the_target(self, keyguard: Keyguard, bots: Path) -> None:
        one = repository(bots, "one")
        (one.top / "src").mkdir()
        (one.top / "src" / "a.py").write_text("a = 1\n")
        _without_head(one.top / ".git")
        for target in (one.top, one.top / "src"):
            ran = keyguard("scan", target)
            assert ran.code == 2
            assert "HEAD is missing" in ran.err

    def test_a_work_tree_whose_repository_has_gone(self, keyguard: Keyguard, bots: Path) -> None:
        one = repository(bots, "one")
        one.git("worktree", "add", "-q", str(bots / "linked"))
        shutil.rmtree(one.top)
        assert list(skipped(keyguard, bots)) == ["linked/"]

    @pytest.mark.skipif(not hasattr(os, "chown") or os.geteuid() != 0, reason="only root gives files away")
    def test_a_bare_one_of_another_user(self, keyguard: Keyguard, bots: Path) -> None:
        for place in (foreign := bare(bots), *foreign.rglob("*")):
            os.chown(place, NOBODY, NOBODY)
        assert "git does not trust" in skipped(keyguard, bots)["one.git/"]

    def test_without_git_the_histories_are_named(self, keyguard: Keyguard, bots: Path) -> None:
        repository(bots, "one")
        ran = keyguard("scan", "--strict", bots, env={"PATH": ""})
        assert ran.code == 3
        assert "git was not found" in ran.out
