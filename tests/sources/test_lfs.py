"""What git LFS keeps elsewhere is read where the repository's own store has it, and else named as not read."""

from __future__ import annotations

import hashlib
import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.command import run
from tests.text.test_containers import ENV, filled, scanned

if TYPE_CHECKING:
    from pathlib import Path


def _pointer(content: bytes) -> tuple[str, str]:
    name = hashlib.sha256(content).hexdigest()
    return name, f"version https://git-lfs.github.com/spec/v1\noid sha256:{name}\nsize {len(content)}\n"


def _stored(folder: Path, name: str, content: bytes) -> None:
    place = folder / ".git" / "lfs" / "objects" / name[:2] / name[2:4] / name
    place.parent.mkdir(parents=True)
    place.write_bytes(content)


def test_a_pointer_is_named_as_not_read(tmp_path: Path) -> None:
    name, pointer = _pointer(b"x")
    (tmp_path / "keys.env").write_text(pointer)
    (tmp_path / "docs.txt").write_text(pointer + "\n" + filled(ENV))
    outcome = scanned(tmp_path)
    assert [(skipped.what, "git LFS" in skipped.reason) for skipped in outcome.skipped] == [("keys.env", True)]
    assert [match.blob.path for finding in outcome.findings for match in finding.matches] == ["docs.txt"] * 3
    assert name not in str(outcome.skipped)


def test_what_a_pointer_stands_for_is_read_under_its_path(tmp_path: Path) -> None:
    content = filled(ENV).encode()
    name, pointer = _pointer(content)
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "keys.env").write_text(pointer)
    _stored(tmp_path, name, content)
    outcome = scanned(tmp_path)
    [finding] = outcome.findings
    assert not outcome.skipped
    assert {(match.blob.path, match.region.line) for match in finding.matches} == {
        ("bot/keys.env", n) for n in (1, 2, 3)
    }
    secret = next(match for match in finding.matches if match.part == "secret_key")
    assert secret.value.reveal().decode() in content.decode()


def test_a_pointer_that_is_stored_for_itself_leads_no_further(tmp_path: Path) -> None:
    name, pointer = _pointer(b"other")
    (tmp_path / "a.env").write_text(pointer)
    _stored(tmp_path, name, pointer.encode())
    assert [skipped.what for skipped in scanned(tmp_path).skipped] == ["a.env"]


@pytest.mark.parametrize("bare", [False, True])
def test_what_a_pointer_of_the_history_stands_for_is_read(tmp_path: Path, *, bare: bool) -> None:
    content = filled(ENV).encode()
    name, pointer = _pointer(content)
    gone, other = _pointer(b"nobody has it")
    top = tmp_path / "bot"
    top.mkdir()
    _git(top, "init", "--quiet")
    (top / "keys.env").write_text(pointer)
    (top / "model.bin").write_text(other)
    _git(top, "add", "--all")
    _git(top, "commit", "--quiet", "--message=one")
    _git(top, "rm", "--quiet", "keys.env")
    _git(top, "commit", "--quiet", "--message=two")
    if bare:
        _git(tmp_path, "clone", "--quiet", "--bare", "bot", "bot.git")
    store = tmp_path / "bot.git" if bare else top / ".git"
    place = store / "lfs" / "objects" / name[:2] / name[2:4] / name
    place.parent.mkdir(parents=True)
    place.write_bytes(content)
    done = run("scan", "--history-only", "--format", "json", str(tmp_path / "bot.git" if bare else top), cwd=tmp_path)
    report = json.loads(done.stdout)
    [finding] = report["findings"]
    assert [(part["path"], part["line"]) for part in finding["parts"]] == [("keys.env", n) for n in (1, 2, 3)]
    assert [skipped["what"] for skipped in report["skipped"]] == ["model.bin"]
    assert gone not in done.stdout.decode()


def _git(folder: Path, *arguments: str) -> None:
    names = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S607
