"""A `.git` that git does not take for a repository is not the same as none: its history is there, and was not read."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.history.conftest import Repository, keys, leak, run, scan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _without(*names: str) -> Callable[[Path], None]:
    def damage(store: Path) -> None:
        for name in names:
            place = store / name
            shutil.rmtree(place) if place.is_dir() else place.unlink()

    return damage


def _holding(name: str, text: str) -> Callable[[Path], None]:
    def damage(store: Path) -> None:
        (store / name).write_text(text)

    return damage


def _elsewhere(text: str) -> Callable[[Path], None]:
    def damage(store: Path) -> None:
        store.rename(store.parent.with_name("moved"))
        store.write_text(text)

    return damage


DAMAGES = {
    "no HEAD": (_without("HEAD"), "HEAD is missing"),
    "no objects": (_without("objects"), "objects is missing"),
    "no refs": (_without("refs"), "refs is missing"),
    "no HEAD and no refs": (_without("HEAD", "refs"), "HEAD and refs are missing"),
    "an empty HEAD": (_holding("HEAD", ""), "it is damaged"),
    "a HEAD of nonsense": (_holding("HEAD", "nonsense\n"), "it is damaged"),
    "a folder that is gone": (_elsewhere("gitdir: /nowhere/at/all\n"), "it leads to none"),
    "a file of nonsense": (_elsewhere("nonsense\n"), "it leads to none"),
}


@pytest.fixture(params=DAMAGES)
def damaged(repository: Repository, request: pytest.FixtureRequest) -> tuple[Repository, str]:
    repository.passing(".env", leak("gone"))
    repository.commit({"here.env": leak("here")})
    damage, reason = DAMAGES[request.param]
    damage(repository.top / ".git")
    return repository, reason


def test_it_is_an_error_and_the_files_and_objects_that_are_there_are_read(damaged: tuple[Repository, str]) -> None:
    repository, reason = damaged
    ran = scan(repository)
    objects = (repository.top / ".git" / "objects").is_dir()
    assert (ran.code, ran.keys) == (2, keys("here", "gone") if objects else keys("here"))
    assert ran.err.startswith(f"error: git does not take {repository.top}/.git for a repository: {reason}")
    assert len(ran.skipped) == 1


def test_without_the_history_nothing_is_missed(damaged: tuple[Repository, str]) -> None:
    ran = scan(damaged[0], "--no-history")
    assert (ran.code, ran.keys, ran.skipped) == (1, keys("here"), {})


@pytest.mark.parametrize("options", [["--staged"], ["--range", "HEAD~1..HEAD"], ["--history-only"]])
def test_what_is_only_in_the_repository_is_not_read(damaged: tuple[Repository, str], options: list[str]) -> None:
    repository, reason = damaged
    ran = run("scan", *options, cwd=repository.top)
    assert (ran.code, reason in ran.err) == (2, True)


def test_an_empty_folder_that_is_called_like_one_is_none(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a.env").write_text(leak("here"))
    ran = scan(tmp_path)
    assert (ran.code, ran.keys, ran.skipped) == (1, keys("here"), {})


def test_one_below_the_target_is_named(repository: Repository, tmp_path: Path) -> None:
    repository.passing(".env", leak("gone"))
    (repository.top / ".git/HEAD").unlink()
    ran = scan(tmp_path)
    assert (ran.code, ran.keys) == (1, keys("gone"))  # its objects are read one by one
    assert "may be damaged" in ran.skipped["repository/"]
    assert scan(tmp_path, "--strict", "--only", "okx-expression").code == 3
