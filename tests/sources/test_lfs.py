"""What git LFS keeps elsewhere is read where the repository's own store has it, and else named as not read."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

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
