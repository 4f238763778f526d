"""A history that git does not read: in an archive, a bundle, or a store of which only pieces are left."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import put
from tests.cli.test_repositories_below import repository
from tests.history.conftest import leak

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """Return a folder that is in no repository."""
    folder = tmp_path / "copies"
    folder.mkdir()
    return folder


def test_it_is_read_wherever_it_was_put_and_told_to_be_one(keyguard: Keyguard, copies: Path, tmp_path: Path) -> None:
    one = repository(tmp_path)
    shutil.make_archive(str(copies / "loose"), "zip", tmp_path, "one")
    shutil.copytree(one.top / ".git" / "objects", copies / "objects")
    one.git("gc", "-q")
    shutil.make_archive(str(copies / "packed"), "gztar", one.top)
    one.git("bundle", "create", "-q", str(copies / "all.bundle"), "--all")
    ran = keyguard("scan", "-f", "json", copies, "--strict")
    (finding,) = ran.report["findings"]
    places = {part["path"].partition("objects/")[0].partition("!/")[0] for part in finding["parts"]}
    assert (ran.code, places) == (1, {"", "all.bundle", "loose.zip", "packed.tar.gz"})
    told = [notice.partition(" is a history of git that")[0] for notice in ran.report["notices"]]
    assert sorted(told) == [".", "all.bundle", "loose.zip!/one/.git", "packed.tar.gz!/.git"]
    assert "unpacked, or cloned from a bundle." in keyguard("scan", copies).out


def test_seen_from_another_folder_the_path_of_what_was_packed_begins_at_the_archive(
    keyguard: Keyguard, copies: Path, tmp_path: Path
) -> None:
    one = repository(tmp_path)
    one.git("bundle", "create", "-q", str(copies / "all.bundle"), "--all")
    shutil.make_archive(str(copies / "loose"), "zip", one.top)
    shutil.rmtree(one.top)
    out = keyguard("scan", copies, cwd=tmp_path).out
    assert "copies/all.bundle!/" in out
    assert "copies/loose.zip!/.git/objects/" in out
    assert "!/copies/" not in out
    assert "Note: copies/loose.zip!/.git is a history of git" in out
    assert out.count("all.bundle!/") == 4  # the head and each part, and nothing once more under another name


def test_what_is_suppressed_there_is_not_told(keyguard: Keyguard, copies: Path, tmp_path: Path) -> None:
    repository(tmp_path)
    shutil.make_archive(str(copies / "loose"), "zip", tmp_path, "one")
    (copies / ".keyguardignore").write_text("loose.zip\n")
    ran = keyguard("scan", "-f", "json", copies)
    assert (ran.code, ran.report["notices"]) == (0, [])


def test_what_of_it_is_not_there_is_named(keyguard: Keyguard, copies: Path, tmp_path: Path) -> None:
    one = repository(tmp_path)
    packed = tmp_path / "packed"
    one.git("clone", "-q", "--bare", "--shared", ".", str(packed / "borrowing.git"))
    one.git("clone", "-q", "--bare", "--depth", "1", one.top.as_uri(), str(packed / "shallow.git"))
    shutil.make_archive(str(copies / "all"), "zip", packed)
    ran = keyguard("scan", "-f", "json", "--strict", copies)
    told = {item["what"]: item["reason"] for item in ran.report["skipped"]}
    assert ran.code == 3
    assert told.pop("all.zip!/shallow.git/shallow").startswith("the clone there is shallow")
    assert told.pop("all.zip!/borrowing.git/objects/info/alternates").startswith("the git repository there borrows")
    assert told == {}


def test_an_object_that_is_cut_off_is_named(keyguard: Keyguard, copies: Path, tmp_path: Path) -> None:
    content = repository(tmp_path).loose("HEAD:bot.py")
    place = copies / "git_backup" / "objects" / content.parent.name / content.name
    place.parent.mkdir(parents=True)
    place.write_bytes(content.read_bytes()[:-8])
    ran = keyguard("scan", "-f", "json", "--strict", copies)
    assert [(item["what"], item["reason"]) for item in ran.report["skipped"]] == [
        (place.relative_to(copies).as_posix(), "it is cut off")
    ]
    assert ran.code == 3


@pytest.mark.parametrize("name", ["shallow", "objects/info/alternates"])
def test_another_file_of_such_a_name_is_a_text_like_others(name: str, keyguard: Keyguard, copies: Path) -> None:
    put(copies / name, f"# of the shallow end\n\n{leak('x')}" if name == "shallow" else "# none\n\n")
    ran = keyguard("scan", "-f", "json", copies)
    assert (ran.code, ran.report["skipped"]) == (int(name == "shallow"), [])
